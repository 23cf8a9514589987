import { readFileSync } from 'node:fs';

/**
 * Certificates for tests alone. They protect nothing: their keys are here for everyone to read. An
 * authority, and two certificates that it signed, all valid until 2126. Made with OpenSSL 3 in an empty
 * folder, the authority's own key thrown away after it:
 *
 * ```sh
 * new='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500'
 * openssl req -x509 $new -subj '/CN=rmqbench test authority' -keyout ca-key.pem -out test-only-ca.pem
 * signed="-CA test-only-ca.pem -CAkey ca-key.pem -addext basicConstraints=CA:FALSE"
 * openssl req -x509 $new $signed -subj '/CN=broker.test' \
 *   -addext 'subjectAltName=DNS:localhost,DNS:broker.test' \
 *   -keyout test-only-server-key.pem -out test-only-server.pem
 * openssl req -x509 $new $signed -subj '/CN=me' \
 *   -keyout test-only-client-key.pem -out test-only-client.pem
 * ```
 */
function pem(name: string): string {
  return readFileSync(new URL(`tls/test-only-${name}.pem`, import.meta.url), 'utf8');
}

export const testCertificates = {
  ca: pem('ca'),
  /** For `localhost` and `broker.test`. */
  server: { cert: pem('server'), key: pem('server-key') },
  client: { cert: pem('client'), key: pem('client-key') },
};
