import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  cpuSecondsOf,
  hasProcFiles,
  memoryBytesOf,
  type ProcessToWatch,
  readProcessUses,
} from '../../src/observe/process-use.js';

function statOf(program: string, userTicks: number, systemTicks: number): string {
  return `42 (${program}) S 1 42 42 0 -1 4194560 7 8 9 10 ${userTicks} ${systemTicks} 3 4 20 0 1 0\n`;
}

test('CPU time is user and system time, whatever the program is called', () => {
  const programs = fc.string().map((text) => `${text}) R 1 (`);
  fc.assert(
    fc.property(fc.oneof(fc.string(), programs), fc.nat(), fc.nat(), (program, user, system) => {
      expect(cpuSecondsOf(statOf(program, user, system))).toBeCloseTo((user + system) / 100);
    }),
  );
});

test('memory is what is resident', () => {
  expect(memoryBytesOf('Name:\tbeam.smp\nVmHWM:\t  900 kB\nVmRSS:\t  1234 kB\n')).toBe(1234 * 1024);
});

test('a process without memory of its own uses none', () => {
  expect(memoryBytesOf('Name:\tkthreadd\n')).toBe(0);
});

describe('what processes use', () => {
  const files: Readonly<Record<string, string>> = {
    '/proc/self/stat': statOf('node', 1, 1),
    '/proc/7/stat': statOf('beam.smp', 150, 50),
    '/proc/7/status': 'VmRSS:\t  2 kB\n',
    '/proc/8/stat': statOf('haproxy', 1, 1),
  };
  const read = (path: string) => {
    const text = files[path];
    if (text === undefined) throw new Error(`ENOENT ${path}`);
    return text;
  };
  const node: ProcessToWatch = { kind: 'node', label: 'rabbit-1@a', pid: 7 };

  test('is read of each, and of the generator itself', () => {
    const [generator, ...others] = readProcessUses([node], read);
    expect(generator).toMatchObject({ kind: 'generator', label: 'rmqbench' });
    expect(generator?.memoryBytes).toBeGreaterThan(0);
    expect(others).toEqual([
      { kind: 'node', label: 'rabbit-1@a', cpuSeconds: 2, memoryBytes: 2048 },
    ]);
  });

  test('is nothing of one that has ended, or ends while it is read', () => {
    const ended: ProcessToWatch = { ...node, pid: 9 };
    const ending: ProcessToWatch = { ...node, pid: 8 };
    expect(readProcessUses([ended, ending], read)).toMatchObject([{ kind: 'generator' }]);
  });

  test('can be seen where there is /proc, and nowhere else', () => {
    expect(hasProcFiles(read)).toBe(true);
    const nothing = () => {
      throw new Error('ENOENT');
    };
    expect(hasProcFiles(nothing)).toBe(false);
  });
});
