import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { progressOn } from '../../src/cli/progress.js';
import { sink } from './sink.js';

beforeEach(() => {
  vi.stubEnv('CI', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('progress that is not on a terminal', () => {
  test('writes each step and each note on a line of its own', () => {
    const { stream, text } = sink();
    const progress = progressOn(stream, false);
    progress.now('starting');
    progress.note('[1/2] done');
    progress.end();
    expect(text()).toBe('starting\n[1/2] done\n');
  });

  test('does not write figures of the moment', () => {
    const { stream, text } = sink();
    progressOn(stream, false).live('12.3k in');
    expect(text()).toBe('');
  });

  test('writes a step that is told again just once', () => {
    const { stream, text } = sink();
    const progress = progressOn(stream, false);
    for (let i = 0; i < 3; i++) progress.now('waiting for the cluster');
    expect(text()).toBe('waiting for the cluster\n');
  });

  test('writes a step again when another one came between', () => {
    const { stream, text } = sink();
    const progress = progressOn(stream, false);
    for (const step of ['a', 'b', 'a']) progress.now(step);
    expect(text()).toBe('a\nb\na\n');
  });
});

test('progress in CI is plain although the stream is a terminal', () => {
  vi.stubEnv('CI', 'true');
  const { stream, text } = sink(true);
  const progress = progressOn(stream, false);
  progress.now('starting');
  progress.live('12.3k in');
  progress.end();
  expect(text()).toBe('starting\n');
});

test('quiet progress writes nothing', () => {
  const { stream, text } = sink();
  const progress = progressOn(stream, true);
  progress.now('starting');
  progress.note('done');
  progress.live('12.3k in');
  progress.end();
  expect(text()).toBe('');
});
