import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { orAborted, orLate } from '../../src/base/abort.js';

/** A promise that never settles. */
function never(): Promise<string> {
  return new Promise(() => {});
}

describe('orAborted', () => {
  test('resolves as its promise does', async () => {
    const { signal } = new AbortController();
    await expect(orAborted(Promise.resolve('done'), signal)).resolves.toBe('done');
  });

  test('rejects as its promise does', async () => {
    const { signal } = new AbortController();
    const failed = Promise.reject(new Error('broken'));
    await expect(orAborted(failed, signal)).rejects.toThrow('broken');
  });

  test('rejects with the reason of a signal that aborts first', async () => {
    const controller = new AbortController();
    const outcome = orAborted(never(), controller.signal);
    controller.abort(new Error('stopped'));
    await expect(outcome).rejects.toThrow('stopped');
  });

  test('rejects at once when the signal had aborted before', async () => {
    const signal = AbortSignal.abort(new Error('stopped before'));
    await expect(orAborted(never(), signal)).rejects.toThrow('stopped before');
  });

  test('leaves no listener on the signal once its promise has settled', async () => {
    const { signal } = new AbortController();
    const outcome = orAborted(Promise.resolve('done'), signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await outcome;
    await setImmediate();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});

describe('orLate', () => {
  const tooLate = () => new Error('too late');

  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('resolves as a promise that settles in time', async () => {
    await expect(orLate(Promise.resolve('done'), 1000, tooLate)).resolves.toBe('done');
  });

  test('rejects as a promise that fails in time', async () => {
    const failed = Promise.reject(new Error('broken'));
    await expect(orLate(failed, 1000, tooLate)).rejects.toThrow('broken');
  });

  test('rejects with its own error once the time is over', async () => {
    const outcome = orLate(never(), 1000, tooLate);
    vi.advanceTimersByTime(1000);
    await expect(outcome).rejects.toThrow('too late');
  });

  test('waits for the whole of the time', async () => {
    const justInTime = new Promise<string>((resolve) => {
      setTimeout(() => resolve('just in time'), 999);
    });
    const outcome = orLate(justInTime, 1000, tooLate);
    await vi.advanceTimersByTimeAsync(999);
    vi.advanceTimersByTime(1);
    await expect(outcome).resolves.toBe('just in time');
  });

  test('leaves no timer behind once its promise has settled', async () => {
    const outcome = orLate(Promise.resolve('done'), 1000, tooLate);
    expect(vi.getTimerCount()).toBe(1);
    await outcome;
    await Promise.resolve();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('makes no error that nobody needs', async () => {
    const late = vi.fn(tooLate);
    await orLate(Promise.resolve('done'), 1000, late);
    await vi.advanceTimersByTimeAsync(5000);
    expect(late).not.toHaveBeenCalled();
  });
});
