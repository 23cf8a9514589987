import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { IssueFault } from './issues.js';
import { shown } from './secrets.js';
import type { TlsSettings } from './settings.js';
import type { WrittenTarget } from './target-schema.js';
import { type Path, pathName, type Tree, valueAt } from './tree.js';

export interface TlsReading {
  readonly tls: TlsSettings | undefined;
  readonly faults: readonly IssueFault[];
}

/** Where the files are that a profile names. */
export interface TlsPlaces {
  /** The profile as it is written: errors show no value that came from the environment. */
  readonly written: Tree;
  /** Where a relative path at this place of the profile begins. */
  folderOf(at: Path): Folder;
}

export interface Folder {
  readonly path: string;
  /** As errors call it. */
  readonly name: 'the working directory' | 'the folder of the profile';
}

type PemKey = 'ca' | 'cert' | 'key';

/** Reads the certificates and the key that a target names. No error shows what a file holds. */
export function readTls({ tls: asked }: WrittenTarget, places: TlsPlaces): TlsReading {
  if (asked === undefined) return { tls: undefined, faults: [] };
  const texts: Partial<Record<PemKey, string>> = {};
  const faults: IssueFault[] = [];
  for (const key of ['ca', 'cert', 'key'] as const) {
    const file = asked[key];
    if (file === undefined) continue;
    const at = ['target', 'tls', key];
    const text = readText(file, places.folderOf(at));
    const complaint = complaintOn(key, text);
    if (complaint === undefined) texts[key] = text.content;
    else faults.push(faultAt(at, `${shown(valueAt(places.written, at))} ${complaint}`));
  }
  if (faults.length === 0 && !areOfOnePair(texts)) {
    faults.push(faultAt(['target', 'tls', 'key'], 'is not the private key of target.tls.cert'));
  }
  const { serverName, verify } = asked;
  const named = serverName === undefined ? {} : { serverName };
  return { tls: { ...texts, ...named, verify }, faults };
}

function faultAt(at: Path, complaint: string): IssueFault {
  return { at, part: 'value', message: `${pathName(at)} ${complaint}`, between: [] };
}

interface ReadText {
  readonly content: string;
  /** Why the file could not be read. */
  readonly failure?: string;
}

function readText(file: string, folder: Folder): ReadText {
  try {
    return { content: readFileSync(path.resolve(folder.path, file), 'utf8') };
  } catch (thrown) {
    const { code = '' } = thrown as NodeJS.ErrnoException;
    const place = path.isAbsolute(file) ? '' : ` in ${folder.name}`;
    return { content: '', failure: `${reasons[code] ?? `cannot be read (${code})`}${place}` };
  }
}

const reasons: Partial<Record<string, string>> = {
  ENOENT: 'names no file',
  EISDIR: 'names no file but a folder',
  EACCES: 'may not be read by this user',
};

function complaintOn(key: PemKey, { content, failure }: ReadText): string | undefined {
  if (failure !== undefined) return failure;
  if (key !== 'key') {
    return succeeds(() => new X509Certificate(content))
      ? undefined
      : 'holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----';
  }
  if (content.includes('ENCRYPTED')) {
    return 'is encrypted, and there is nobody to ask for its passphrase; decrypt it first';
  }
  return succeeds(() => createPrivateKey(content))
    ? undefined
    : 'holds no private key in PEM, such as one that begins with -----BEGIN PRIVATE KEY-----';
}

function areOfOnePair({ cert, key }: Partial<Record<PemKey, string>>): boolean {
  if (cert === undefined || key === undefined) return true;
  return new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
}

function succeeds(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
