import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { rmqbench } from '../support/rmqbench.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { attachedRun, caseOf, shortProfile, trialsOf } from './support/attached-run.js';
import { management, namesOfOurs } from './support/management.js';

const folder = temporaryFolder();

describe('a run on a real cluster', () => {
  test('accounts for every message, and loses none', async () => {
    const { code, result, stderr } = await attachedRun(folder(), []);

    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    const [trial] = trialsOf(result);
    const { published, confirmed, unique, delivered } = trial?.ledger ?? {};
    expect(published).toBeGreaterThan(0);
    expect([confirmed, unique, delivered]).toEqual([published, published, published]);
    expect(trial?.ledger).toMatchObject({ lost: 0, duplicated: 0, inDoubt: 0, leftInQueues: 0 });
  });

  test('names the broker, its nodes and the machine', async () => {
    const { result } = await attachedRun(folder(), []);

    expect(result?.cases[0]?.broker).toMatchObject({ product: 'RabbitMQ' });
    expect(result?.cases[0]?.broker?.nodes).toHaveLength(3);
    expect(result?.environment).toMatchObject({ node: process.versions.node });
  });

  test('measures throughput, service and confirm latency, and no end-to-end at rate max', async () => {
    const { result } = await attachedRun(folder(), []);

    const [trial] = trialsOf(result);
    expect(trial?.throughput.consumedPerSecond).toBeGreaterThan(0);
    expect(Object.keys(trial?.latencyMicros ?? {}).sort()).toEqual(['confirmService', 'service']);
    expect(trial?.series.consumedPerSecond.length).toBeGreaterThan(2);
  });

  test('measures latency from the intended moment when the rate is fixed', async () => {
    const { result } = await attachedRun(folder(), ['publishers.rate=200/s']);

    const { endToEnd, service, confirm, publishLag } = trialsOf(result)[0]?.latencyMicros ?? {};
    expect(endToEnd?.count).toBe(service?.count);
    expect(confirm?.count).toBe(publishLag?.count);
    expect(endToEnd?.mean ?? 0).toBeGreaterThanOrEqual(service?.mean ?? Infinity);
  });

  test('loses nothing with any kind of confirm and acknowledgement', async () => {
    const { code, result } = await attachedRun(folder(), [
      'vary.publishers.confirm=[none, {window: 1}, {window: 100}]',
      'vary.consumers.ack=[none, each, {every: 10}]',
    ]);

    expect(code).toBe(0);
    expect(trialsOf(result)).toHaveLength(9);
    for (const { ledger } of trialsOf(result)) {
      expect(ledger).toMatchObject({ lost: 0, duplicated: 0, leftInQueues: 0 });
      expect(ledger.unique).toBe(ledger.published);
    }
  });

  test('commits transactions, and loses nothing', async () => {
    const { code, result } = await attachedRun(folder(), [
      'vary.publishers.confirm=[{transaction: 1}, {transaction: 50}]',
    ]);

    expect(code).toBe(0);
    for (const { ledger } of trialsOf(result)) {
      expect(ledger).toMatchObject({ lost: 0, inDoubt: 0, lostBasis: 'confirmed' });
      expect([ledger.confirmed, ledger.unique]).toEqual([ledger.published, ledger.published]);
    }
  });

  test('books what no queue is bound to as returned, or as unroutable, and not as lost', async () => {
    const { code, result, stdout } = await attachedRun(folder(), [
      'publishers.unroutable=1',
      'vary.publishers.mandatory=[true, false]',
    ]);

    expect(code).toBe(0);
    const [returning, vanishing] = trialsOf(result).map(({ ledger }) => ledger);
    expect(returning).toMatchObject({ lost: 0, unroutable: 0 });
    expect(returning?.returned).toBe((returning?.published ?? 0) - (returning?.unique ?? 0));
    expect(vanishing).toMatchObject({ lost: 0, returned: 0 });
    expect(vanishing?.unroutable).toBe((vanishing?.published ?? 0) - (vanishing?.unique ?? 0));
    expect(stdout).toMatch(/returned\n/);
  });

  test('gives back a share of the messages, which come again and are no duplicates', async () => {
    const { code, result } = await attachedRun(folder(), [
      'vary.consumers.ack=[each, {every: 10}]',
      'consumers.nack={share: 10%}',
      'publishers.rate=500/s',
    ]);

    expect(code).toBe(0);
    for (const { ledger } of trialsOf(result)) {
      expect(ledger).toMatchObject({ lost: 0, duplicated: 0, reordered: 0 });
      expect(ledger.redelivered).toBeGreaterThan(0);
      expect(ledger.delivered).toBe(ledger.unique + ledger.redelivered);
    }
  });

  test('lets consumers work on each message, and loses nothing', async () => {
    const { code, result } = await attachedRun(folder(), [
      'vary.consumers.work=[1ms]',
      'vary.include=[{consumers.work: 0s, consumers.rate: 300/s}]',
    ]);

    expect(code).toBe(0);
    for (const { ledger } of trialsOf(result)) {
      expect(ledger).toMatchObject({ lost: 0, duplicated: 0, leftInQueues: 0 });
      expect(ledger.unique).toBe(ledger.published);
    }
  });

  test('measures mirrored, quorum and transient queues', async () => {
    const { code, result } = await attachedRun(folder(), [
      'vary.queues.type=[classic, quorum]',
      'vary.include=[{queues.type: classic, queues.mirrors: all}, {queues.type: classic, queues.mirrors: {exactly: 2}, queues.durable: false}]',
      'vary.exclude=[{queues.type: classic}]',
    ]);

    expect(code).toBe(0);
    expect(result?.cases.map(({ name }) => name).sort()).toEqual([
      'type=classic mirrors=all',
      'type=classic mirrors=exactly 2 durable=false',
      'type=quorum',
    ]);
    for (const { ledger } of trialsOf(result)) expect(ledger).toMatchObject({ lost: 0 });
  });

  test('runs every case once in every round, in an order that the seed decides', async () => {
    const settings = ['vary.consumers.prefetch=[1, 10, 100]', 'measure.rounds=2', 'measure.seed=7'];
    const orderOf = async () => {
      const { result } = await attachedRun(folder(), settings);
      return result?.cases.map(({ trials }) =>
        trials.map(({ round, position }) => [round, position]),
      );
    };

    const first = await orderOf();
    expect(first?.flat()).toHaveLength(6);
    expect(await orderOf()).toEqual(first);
  });

  test('leaves no queue, exchange or policy behind', async () => {
    await attachedRun(folder(), ['queues.mirrors=all']);

    expect(await namesOfOurs('queues')).toEqual([]);
    expect(await namesOfOurs('exchanges')).toEqual([]);
    expect(await namesOfOurs('policies')).toEqual([]);
  });

  test('goes on without a management API and says what is missing', async () => {
    const { code, result, stderr } = await attachedRun(folder(), [
      'target.management=http://127.0.0.1:9',
      'vary.queues.mirrors=[none, all]',
    ]);

    expect(code).toBe(0);
    expect(stderr).toContain('No management API');
    expect(result?.missing).toEqual([expect.stringContaining('No management API')]);
    expect(caseOf(result, 'mirrors=none').trials).toHaveLength(1);
    expect(caseOf(result, 'mirrors=all')).toMatchObject({
      skipped: 'mirroring is set by a policy over the management API',
      trials: [],
    });
  });

  test('refuses to call queues plain that a policy of the cluster mirrors', async () => {
    const policy = { pattern: '^rmqbench', definition: { 'ha-mode': 'all' }, 'apply-to': 'queues' };
    await management('PUT', 'policies/%2F/everything', policy);
    const { code, stderr } = await attachedRun(folder(), []);
    await management('DELETE', 'policies/%2F/everything');

    expect(code).toBe(3);
    expect(stderr).toContain('has 2 mirrors instead of 0');
    expect(await namesOfOurs('queues')).toEqual([]);
  });

  test('ends with exit code 2 when the cluster can run no case at all', async () => {
    const { code, stderr } = await attachedRun(folder(), [
      'target.management=http://127.0.0.1:9',
      'queues.mirrors=all',
    ]);

    expect(stderr).toContain('this cluster can run no case of the profile');
    expect(code).toBe(2);
  });

  test('says that the broker refuses the password, and does not show it', async () => {
    const { entryUrl } = inject('cluster');
    const url = entryUrl.replace('guest:guest', 'guest:open-sesame');
    const out = join(folder(), 'refused.json');
    const { code, stdout, stderr } = await rmqbench([
      ...['run', shortProfile, '--url', url, '--out', out],
    ]);

    expect(code).toBe(3);
    expect(stderr).toContain('refused user "guest"');
    expect(stdout + stderr).not.toMatch(/open-sesame|\n {4}at /);
  });

  test('says that nothing listens at the address', async () => {
    const out = join(folder(), 'absent.json');
    const { code, stderr } = await rmqbench([
      ...['run', shortProfile, '--url', 'amqp://127.0.0.1:9', '--out', out],
    ]);

    expect(code).toBe(3);
    expect(stderr).toContain('nothing listens at 127.0.0.1:9');
    expect(stderr).not.toMatch(/\n {4}at /);
  });

  test('keeps secrets out of the result', async () => {
    const { entryUrl } = inject('cluster');
    const { result } = await attachedRun(folder(), []);

    expect(JSON.stringify(result)).not.toContain('guest:guest');
    expect(entryUrl).toContain('guest:guest');
  });
});
