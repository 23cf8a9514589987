import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  createState,
  defaultStateRoot,
  readState,
  removeTestbedFolder,
  replaceState,
  testbedFolder,
} from '../../src/testbed/state-file.js';
import { stateWith, temporaryStateRoot } from './support/sleeping-testbed.js';

test('a state is read as it was written', () => {
  const folder = testbedFolder(temporaryStateRoot(), 'round-trip');
  const state = stateWith({
    isKept: true,
    processes: [{ kind: 'node', label: 'rabbit-1@127.0.0.1', pid: 7, startTime: '99' }],
  });
  createState(folder, state);
  expect(readState(folder)).toEqual(state);
});

test('only its owner may read the file', () => {
  const folder = testbedFolder(temporaryStateRoot(), 'private');
  createState(folder, stateWith());
  expect(statSync(join(folder, 'state.json')).mode & 0o777).toBe(0o600);
});

test('of two that create a state of one name the second is refused', () => {
  const folder = testbedFolder(temporaryStateRoot(), 'contested');
  const first = stateWith();
  expect(createState(folder, first)).toBe(true);
  expect(createState(folder, stateWith())).toBe(false);
  expect(readState(folder)?.mark).toBe(first.mark);
});

test('a replaced state is a whole new file, and no draft of it stays', () => {
  const folder = testbedFolder(temporaryStateRoot(), 'replaced');
  createState(folder, stateWith());
  const before = statSync(join(folder, 'state.json')).ino;
  replaceState(folder, stateWith({ isKept: true }));
  expect(statSync(join(folder, 'state.json')).ino).not.toBe(before);
  expect(readState(folder)?.isKept).toBe(true);
  expect(readdirSync(folder)).toEqual(['state.json']);
});

test('a folder without a state holds no testbed', () => {
  expect(readState(join(temporaryStateRoot(), 'nothing'))).toBeUndefined();
});

test('a plain file holds no testbed', () => {
  const file = join(temporaryStateRoot(), 'calibration.json');
  writeFileSync(file, '{}');
  expect(readState(file)).toBeUndefined();
});

test.each([
  ['not JSON', '{'],
  ['of another version', '{"version": 2}'],
])('a state file that is %s is refused with the folder to remove', (_, text) => {
  const folder = testbedFolder(temporaryStateRoot(), 'strange');
  mkdirSync(folder);
  writeFileSync(join(folder, 'state.json'), text);
  expect(() => readState(folder)).toThrow(`${folder}/state.json is not one of this rmqbench's`);
});

test('a folder is removed only for the testbed that it belongs to', () => {
  const root = temporaryStateRoot();
  const folder = testbedFolder(root, 'mine');
  const state = stateWith();
  createState(folder, state);
  removeTestbedFolder(root, folder, 'the mark of another');
  expect(readState(folder)).toBeDefined();
  removeTestbedFolder(root, folder, state.mark);
  expect(readdirSync(root)).toEqual([]);
});

test.each(['..', 'a/b', '', '.hidden'])('"%s" is no name for a testbed', (name) => {
  expect(() => testbedFolder('/state', name)).toThrow('cannot be named');
});

test('testbeds live where XDG says, or else below the home folder', () => {
  expect(defaultStateRoot({ XDG_STATE_HOME: '/xdg' })).toBe('/xdg/rmqbench');
  expect(defaultStateRoot({ XDG_STATE_HOME: '' })).toMatch(/\/\.local\/state\/rmqbench$/);
});
