import { expect, test } from 'vitest';
import { withCluster } from '../../src/cli/with-cluster.js';
import type { AttachedTarget, TlsSettings } from '../../src/profile/settings.js';

/** How TLS connections are made to a cluster of the user's. */
async function tlsWith(tls: TlsSettings | undefined): Promise<unknown> {
  const urls = ['amqps://host'] as const;
  const target: AttachedTarget = {
    kind: 'attached',
    urls,
    tls,
    managementUrl: undefined,
    nodeUrls: [],
  };
  const { signal } = new AbortController();
  const options = { name: 'any', signal, onProgress: () => {} };
  return await withCluster(target, options, async (addresses) => addresses.tls);
}

test('certificates are verified when a profile says nothing of TLS, whatever the environment says', async () => {
  expect(await tlsWith(undefined)).toEqual({ rejectUnauthorized: true });
});

test('certificates are verified unless the profile says otherwise', async () => {
  expect(await tlsWith({ verify: true, ca: 'PEM' })).toEqual({
    ca: 'PEM',
    rejectUnauthorized: true,
  });
  expect(await tlsWith({ verify: false })).toEqual({ rejectUnauthorized: false });
});

test('the name that a certificate is for goes by the name that Node has for it', async () => {
  expect(await tlsWith({ verify: true, serverName: 'broker.test' })).toEqual({
    servername: 'broker.test',
    rejectUnauthorized: true,
  });
});
