import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import type { TlsOptions } from './load-client.js';

export interface Question {
  readonly method: string;
  /** http:// or https://, without credentials. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly tls: TlsOptions | undefined;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

const limitMillis = 10_000;

/** Asks a web server, in a limited time. Not by `fetch`, to which no authority can be named. */
export async function ask({ method, url, headers, body, tls }: Question): Promise<Answer> {
  const signal = AbortSignal.timeout(limitMillis);
  const request = new URL(url).protocol === 'https:' ? requestHttps : requestHttp;
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { method, headers, signal, ...tls };
      request(url, options, resolve).on('error', reject).end(body);
    });
    return { status: response.statusCode ?? 0, text: await text(response) };
  } catch (thrown) {
    if (signal.aborted) throw new Error(`no answer within ${limitMillis / 1000} s`);
    throw thrown;
  }
}
