import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/base/errors.js';
import { defaultResultPath, writeResult } from '../../src/result/result-file.js';
import { exampleResult } from '../support/example-result.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();

describe('the path of a result that the user does not name', () => {
  test('is made of the profile and the UTC time, without colons', () => {
    const started = new Date('2026-01-02T03:04:05.678Z');
    expect(defaultResultPath('mirrors', started)).toBe(
      join('results', 'mirrors', '2026-01-02T030405Z.json'),
    );
  });
});

describe('a result on disk', () => {
  test('can be read again as it was', async () => {
    const path = join(folder(), 'read-again.json');
    const result = exampleResult([], { seed: 42 });
    await writeResult(path, result);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(result);
  });

  test('ends with a line break', async () => {
    const path = join(folder(), 'line-break.json');
    await writeResult(path, exampleResult([]));
    expect(await readFile(path, 'utf8')).toMatch(/\}\n$/);
  });

  test('is put into folders that are made for it', async () => {
    const path = join(folder(), 'new', 'folders', 'result.json');
    await writeResult(path, exampleResult([]));
    expect(await readdir(join(folder(), 'new', 'folders'))).toEqual(['result.json']);
  });

  test('replaces an older one whole, so that who reads that sees no part of the new one', async () => {
    const path = join(folder(), 'replaced', 'result.json');
    const older = exampleResult([], { id: 'older' });
    await writeResult(path, older);
    await using reader = await open(path);
    await writeResult(path, exampleResult([], { id: 'newer' }));
    expect(JSON.parse(await reader.readFile('utf8'))).toEqual(older);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ id: 'newer' });
  });

  test('leaves no other file beside it', async () => {
    const path = join(folder(), 'alone', 'result.json');
    await writeResult(path, exampleResult([]));
    await writeResult(path, exampleResult([]));
    expect(await readdir(join(folder(), 'alone'))).toEqual(['result.json']);
  });
});

describe('a result that cannot be written', () => {
  const refused = async (path: string) =>
    writeResult(path, exampleResult([])).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );

  test('because a file is where its folder should be is refused with a way out', async () => {
    const file = join(folder(), 'a-file');
    await writeFile(file, 'something else');
    const thrown = await refused(join(file, 'result.json'));
    expect(thrown).toBeInstanceOf(UsageError);
    expect(thrown).toMatchObject({
      message: expect.stringContaining(join(file, 'result.json')),
      hint: 'Name another file with --out.',
      cause: expect.any(Error),
    });
  });

  test('because its path is a folder is refused, and leaves nothing behind', async () => {
    const path = join(folder(), 'outer', 'inner');
    await mkdir(path, { recursive: true });
    expect(await refused(path)).toBeInstanceOf(UsageError);
    expect(await readdir(join(folder(), 'outer'))).toEqual(['inner']);
  });
});
