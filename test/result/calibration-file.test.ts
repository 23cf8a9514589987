import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/base/errors.js';
import {
  calibrationPath,
  findCalibration,
  writeCalibration,
} from '../../src/result/calibration-file.js';
import { exampleCalibration, exampleMachine } from '../support/example-calibration.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();

async function kept(name: string, text = JSON.stringify(exampleCalibration())): Promise<string> {
  const path = calibrationPath(join(folder(), name));
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

describe('a calibration on disk', () => {
  test('is found again as it was, in a folder that was made for it, with nothing beside it', async () => {
    const root = join(folder(), 'new', 'rmqbench');
    const path = calibrationPath(root);
    await writeCalibration(path, exampleCalibration({ client: 'amqplib' }));
    await writeCalibration(path, exampleCalibration());
    expect(await findCalibration(path, exampleMachine)).toEqual({
      calibration: exampleCalibration(),
    });
    expect(await readdir(root)).toEqual(['calibration.json']);
  });

  test('that is not there is not spoken of', async () => {
    const path = calibrationPath(join(folder(), 'nowhere'));
    expect(await findCalibration(path, exampleMachine)).toEqual({});
  });

  test.each(['', '{', '{}', 'null', '\0'])('that is damaged (%j) is told of', async (text) => {
    const path = await kept('damaged', text);
    expect(await findCalibration(path, exampleMachine)).toEqual({
      whyNot: 'The stored calibration is damaged. Run `rmqbench calibrate` again.',
    });
  });

  test('that is a folder is told of', async () => {
    const path = calibrationPath(join(folder(), 'folder'));
    await mkdir(path, { recursive: true });
    expect(await findCalibration(path, exampleMachine)).toEqual({
      whyNot: 'The stored calibration cannot be read. Run `rmqbench calibrate` again.',
    });
  });

  test.each([
    [{ cpuCount: 8 }, 'it was made on 2 × a processor, and this is 8 × a processor'],
    [{ cpuModel: 'another' }, 'it was made on 2 × a processor, and this is 2 × another'],
    [{ os: 'Linux 6.2.0' }, 'it was made on Linux 6.1.0, and this is Linux 6.2.0'],
    [{ node: '22.1.0' }, 'it was made with Node.js 20.19.0, and this is Node.js 22.1.0'],
    [{ rmqbench: '0.2.0' }, 'it was made with rmqbench 0.1.0, and this is rmqbench 0.2.0'],
  ])('of another machine or program is not used: %j', async (changes, why) => {
    const path = await kept('other');
    expect(await findCalibration(path, { ...exampleMachine, ...changes })).toEqual({
      whyNot: `The calibration of 2026-11-22 is not used: ${why}. Run \`rmqbench calibrate\` again.`,
    });
  });

  test('serves whatever threads a run has, for it is about one', async () => {
    const path = await kept('threads');
    const machine = { ...exampleMachine, publisherThreads: 4, consumerThreads: 4, memoryBytes: 1 };
    expect(await findCalibration(path, machine)).toHaveProperty('calibration');
  });
});

test('a calibration that cannot be written is refused with a way out', async () => {
  const file = join(folder(), 'a-file');
  await writeFile(file, 'something else');
  const written = writeCalibration(calibrationPath(file), exampleCalibration());
  await expect(written).rejects.toBeInstanceOf(UsageError);
  await expect(written).rejects.toMatchObject({
    message: expect.stringContaining(calibrationPath(file)),
    hint: expect.stringContaining('XDG_STATE_HOME'),
  });
});
