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
  /** Aborts when nobody waits for the answer any longer. */
  readonly signal: AbortSignal | undefined;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Where else to ask, if the server says so: such advice is not followed. */
  readonly location: string | undefined;
}

const limitMillis = 10_000;

/** Asks a web server, in a limited time. Not by `fetch`, to which no authority can be named. */
export async function ask(question: Question): Promise<Answer> {
  const { method, url, headers, body, tls } = question;
  const limit = AbortSignal.timeout(limitMillis);
  const signal = question.signal ? AbortSignal.any([question.signal, limit]) : limit;
  const request = new URL(url).protocol === 'https:' ? requestHttps : requestHttp;
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { method, headers, signal, ...tls };
      request(url, options, resolve).on('error', reject).end(body);
    });
    const { statusCode: status = 0, headers: answered } = response;
    return { status, text: await text(response), location: answered.location };
  } catch (thrown) {
    if (limit.aborted) throw new Error(`no answer within ${limitMillis / 1000} s`);
    throw thrown;
  }
}
