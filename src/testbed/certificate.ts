import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loopback } from './ports.js';

/** What a testbed's nodes show of themselves, as PEM. It is its own authority. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Where it lies for the nodes to read. */
export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

/** Long enough for a testbed that is left running. */
const validMillis = 3650 * 24 * 3600 * 1000;

/** Makes a certificate for one testbed on this host, with a key that is used nowhere else. */
export async function makeCertificate(): Promise<Certificate> {
  // It takes a tenth of a second to load, which most runs can spare.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'rmqbench testbed' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + validMillis),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: loopback },
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}

/** Writes it into the testbed's folder, for nobody else to read. */
export function writeCertificate({ cert, key }: Certificate, folder: string): CertificateFiles {
  const files = certificateFilesIn(folder);
  writeFileSync(files.certFile, cert, { mode: 0o600 });
  writeFileSync(files.keyFile, key, { mode: 0o600 });
  return files;
}

/** Where the certificate lies of a testbed that has one, by its folder. */
export function certificateFilesIn(folder: string): CertificateFiles {
  return { certFile: join(folder, 'certificate.pem'), keyFile: join(folder, 'key.pem') };
}
