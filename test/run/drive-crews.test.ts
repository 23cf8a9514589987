import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BrokerError } from '../../src/base/errors.js';
import { allocateCounters, columnOf, counterRow } from '../../src/measure/counters.js';
import type { Crews } from '../../src/run/crews.js';
import { driveCrews, instantsFromNow } from '../../src/run/drive-crews.js';
import { consumerRecord, publisherRecord } from './finished-trial.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Threads that are ready at once, and hand over when and what the promise says. */
function crewOf(records: Promise<readonly unknown[]>) {
  const begin = () => ({ ready: Promise.resolve(), records, tell: () => {}, close: () => {} });
  return { threads: 1, begin };
}

const never = new Promise<never>(() => {});

/** A trial of a second, driven until nothing more happens. */
async function driven(publishers: Promise<readonly unknown[]>, blocked = 0) {
  const counters = allocateCounters(1);
  counterRow(counters, 0)[columnOf.blocked] = blocked;
  const consumers = crewOf(Promise.resolve([consumerRecord()]));
  const driving = driveCrews({
    // Threads cannot be hired here.
    crews: { publishers: crewOf(publishers), consumers } as unknown as Crews,
    tasks: { publishers: [], consumers: [], counters },
    nextInstants: () => instantsFromNow({ warmupMicros: 0, durationMicros: 1e6 }),
    drain: async () => {},
    confirmLimitMillis: 5_000,
    signal: new AbortController().signal,
    onRates: () => {},
  });
  const outcome = driving.catch((thrown: unknown) => thrown);
  await vi.advanceTimersByTimeAsync(90_000);
  return await outcome;
}

describe('publishers that do not end', () => {
  test('end the trial with what could not be done, and how long it was waited for', async () => {
    const thrown = await driven(never);
    expect(thrown).toBeInstanceOf(BrokerError);
    expect(thrown).toHaveProperty(
      'message',
      'could not disconnect the publishers within 70.0 s of the stop instant',
    );
  });

  test('are told as blocked when the broker blocks them', async () => {
    expect(await driven(never, 2)).toMatchObject({
      message: expect.stringMatching(/: the broker blocks 2 of their connections$/),
      hint: expect.stringMatching(/memory or disk/),
    });
  });
});

test('a trial says when each side ended', async () => {
  const ended = await driven(Promise.resolve([publisherRecord()]));
  expect(ended).toMatchObject({ publishers: [publisherRecord()], consumers: [consumerRecord()] });
  const { publishersEndMicros, consumersEndMicros, instants } = ended as Awaited<
    ReturnType<typeof driveCrews>
  >;
  expect(publishersEndMicros).toBeGreaterThanOrEqual(instants.stopMicros);
  expect(consumersEndMicros).toBeGreaterThanOrEqual(publishersEndMicros);
});
