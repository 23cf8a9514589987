import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';
import { attachedRun, trialsOf } from './support/attached-run.js';

const folder = temporaryFolder();

/** The same load through both clients, one case each. */
const bothClients = 'vary.client=[wire, amqplib]';

describe('the same profile gives the same ledger with both clients', () => {
  test('to the message, when a schedule says which messages there are', async () => {
    // Two publishers in turn, each five times in the second that a trial lasts: the last message is
    // due a tenth of a second before the end.
    const { code, result, stderr } = await attachedRun(folder(), [
      bothClients,
      'publishers.rate=5/s',
      'measure.duration=900ms',
      'vary.publishers.confirm=[none, {window: 1}, {window: 100}]',
    ]);

    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    expect(result?.cases.map(({ name }) => name).sort()).toHaveLength(6);
    for (const { name, trials } of result?.cases ?? []) {
      const confirmed = name.includes('none') ? 0 : 10;
      expect(trials.map(({ ledger }) => ledger)).toMatchObject([
        {
          ...{ published: 10, confirmed, nacked: 0, inDoubt: 0, delivered: 10, unique: 10 },
          ...{ redelivered: 0, duplicated: 0, leftInQueues: 0, lost: 0, lostMessages: [] },
        },
      ]);
    }
  });

  test('but for how many messages there are, of any size and with any kind of acknowledgement', async () => {
    const { code, result } = await attachedRun(folder(), [
      bothClients,
      'vary.publishers.size=[12, 200KiB]',
      'vary.consumers.ack=[none, each, {every: 10}]',
    ]);

    expect(code).toBe(0);
    expect(trialsOf(result)).toHaveLength(12);
    for (const { ledger } of trialsOf(result)) {
      const { published, confirmed, delivered, unique } = ledger;
      expect(published).toBeGreaterThan(0);
      expect([confirmed, delivered, unique]).toEqual([published, published, published]);
      expect(ledger).toMatchObject({ nacked: 0, inDoubt: 0, duplicated: 0, lost: 0 });
      expect(ledger).toMatchObject({ redelivered: 0, leftInQueues: 0, lostMessages: [] });
    }
  });
});
