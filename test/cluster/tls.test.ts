import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TlsOptions } from '../../src/amqp/load-client.js';
import { BrokerError } from '../../src/base/errors.js';
import type { Result } from '../../src/result/result.js';
import { chooseFreePorts, loopback } from '../../src/testbed/ports.js';
import type { Testbed } from '../../src/testbed/running-testbed.js';
import { startTestbed } from '../../src/testbed/testbed.js';
import { openConsumer } from '../support/opened-clients.js';
import { type Ended, rmqbench } from '../support/rmqbench.js';
import { testCertificates } from '../support/tls-material.js';
import { readResult, shortProfile, trialsOf } from './support/attached-run.js';
import { clients } from './support/contract.js';
import { rabbitmqctl } from './support/rabbitmqctl.js';

let testbed: Testbed;
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rmqbench-tls-'));
  testbed = await startTestbed(
    { name: 'tls', nodes: 1, loadBalancers: 1, balance: 'roundrobin', tls: true },
    { stateRoot: folder, signal: new AbortController().signal, onProgress: () => {} },
  );
  await writeFile(join(folder, 'ca.pem'), authority());
});

afterAll(async () => {
  await testbed.stop();
  await rm(folder, { recursive: true, force: true });
});

function authority(): string {
  return testbed.addresses.tls?.ca ?? '';
}

/** Runs the short profile on the testbed, or on what the settings name. */
async function run(
  settings: readonly string[],
  url: string | undefined = testbed.addresses.loadBalancerUrl,
): Promise<Ended & { readonly result: Result | undefined }> {
  const out = join(folder, `${Math.random().toString(36).slice(2)}.json`);
  const sets = settings.flatMap((one) => ['--set', one]);
  const parameters = ['run', shortProfile, '--out', out, ...(url ? ['--url', url] : []), ...sets];
  const ended = await rmqbench(parameters, { XDG_STATE_HOME: join(folder, 'state') });
  return { ...ended, result: await readResult(out) };
}

function expectWholeLedger(result: Result | undefined): void {
  const [trial] = trialsOf(result);
  expect(trial?.ledger.published).toBeGreaterThan(0);
  expect(trial?.ledger).toMatchObject({
    confirmed: trial?.ledger.published,
    unique: trial?.ledger.published,
    ...{ lost: 0, duplicated: 0, inDoubt: 0, leftInQueues: 0 },
  });
}

describe('over TLS, through the load balancer,', () => {
  test.each(['wire', 'amqplib'])(
    '%s publishes and consumes, and the ledger is whole',
    async (client) => {
      const { managementUrl } = testbed.addresses;
      const { code, result } = await run([
        `target.tls.ca=${join(folder, 'ca.pem')}`,
        `target.management=${managementUrl}`,
        `client=${client}`,
      ]);
      expectWholeLedger(result);
      expect(result?.missing.filter((one) => /certificate|management/i.test(one))).toEqual([]);
      expect(code).toBe(0);
    },
  );

  test('a profile may have a testbed of its own that speaks it', async () => {
    const { code, result } = await run(
      ['target.testbed.nodes=1', 'target.testbed.tls=true', 'connect=spread'],
      '',
    );
    expectWholeLedger(result);
    expect(result?.missing.filter((one) => /certificate|management/i.test(one))).toEqual([]);
    expect(code).toBe(0);
  });
});

describe('the broker’s certificate', () => {
  test('is refused when nobody vouches for it, with what to do', async () => {
    const { code, stderr } = await run([]);
    expect(stderr).toMatch(
      /the certificate of 127\.0\.0\.1:\d+ is signed by nobody who is trusted/,
    );
    expect(stderr).toContain('--set target.tls.ca=');
    expect(code).toBe(3);
  });

  test('is refused when another authority vouches, with what to do', async () => {
    await writeFile(join(folder, 'other.pem'), testCertificates.ca);
    const { code, stderr } = await run([`target.tls.ca=${join(folder, 'other.pem')}`]);
    expect(stderr).toContain('--set target.tls.ca=');
    expect(code).toBe(3);
  });

  test('is refused when it is for another name, with what to do', async () => {
    const { code, stderr } = await run([
      `target.tls.ca=${join(folder, 'ca.pem')}`,
      'target.tls.serverName=other.test',
    ]);
    expect(stderr).toMatch(/the certificate of 127\.0\.0\.1:\d+ is made out to another name/);
    expect(stderr).toContain('target.tls.serverName');
    expect(code).toBe(3);
  });

  test('is taken unseen by whoever says so, and the result says so, too', async () => {
    const { code, result, stdout } = await run(['target.tls.verify=false']);
    expectWholeLedger(result);
    expect(result?.missing.join()).toContain('were not verified (target.tls.verify: false)');
    expect(stdout).toContain('were not verified');
    expect(code).toBe(0);
  });
});

describe('a broker that asks for a certificate', () => {
  let url = '';

  beforeAll(async () => {
    const [port] = await chooseFreePorts(1);
    const home = join(folder, 'tls');
    const theirs = fileURLToPath(new URL('../support/tls/test-only-ca.pem', import.meta.url));
    const options = [
      `{cacertfile,"${theirs}"}`,
      `{certfile,"${join(home, 'certificate.pem')}"}`,
      `{keyfile,"${join(home, 'key.pem')}"}`,
      '{verify,verify_peer}',
      '{fail_if_no_peer_cert,true}',
    ];
    const listener = `{"${loopback}",${port}}`;
    const start = `rabbit_networking:start_ssl_listener(${listener}, [${options}], 1).`;
    const node = testbed.processes.find(({ kind }) => kind === 'node');
    await rabbitmqctl(node?.pid ?? 0, 'eval', start);
    url = `amqps://guest:guest@${loopback}:${port}`;
  });

  describe.each(clients)('lets %s in', (_, client) => {
    async function errorWith(tls: TlsOptions): Promise<BrokerError> {
      const opening = openConsumer(url, { tls }, client);
      const error = await opening.catch((thrown: unknown) => thrown);
      if (error instanceof BrokerError) return error;
      throw new Error(`expected a BrokerError, not ${error}`);
    }

    test('with one that it trusts', async () => {
      const { consumer } = await openConsumer(
        url,
        { tls: { ca: authority(), ...testCertificates.client } },
        client,
      );
      await consumer.close();
    });

    test('not without one, which is told with what to do', async () => {
      const { message, hint } = await errorWith({ ca: authority() });
      expect(message).toMatch(/asks for a certificate$/);
      expect(hint).toContain('target.tls.cert');
    });
  });
});
