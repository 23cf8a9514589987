import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/**
 * Which folder of src may import which: one plain value per stage, in one direction, so that judging
 * a result never opens a socket. All may import base; `cli` composes everything and nothing imports it.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  base: [],
  profile: [],
  plan: ['profile'],
  measure: [],
  amqp: [],
  observe: [],
  testbed: [],
  stats: [],
  result: [],
  load: ['plan', 'measure', 'amqp'],
  run: ['plan', 'load', 'observe', 'result', 'measure', 'amqp'],
  gate: ['result', 'stats'],
  report: ['result', 'stats', 'gate'],
  cli: [
    'profile',
    'plan',
    'measure',
    'amqp',
    'observe',
    'testbed',
    'stats',
    'result',
    'load',
    'run',
    'gate',
    'report',
  ],
};

/** Types alone, which leave nothing behind when the program runs. */
const mayImportTypes: readonly { readonly from: string; readonly of: RegExp }[] = [
  // A result holds ledgers, series and latency summaries as measuring makes them.
  { from: 'result', of: /^src\/measure\// },
  // Types of profile/settings.ts: settings are the plain value that travels through the plan.
  { from: 'run', of: /^src\/profile\/settings\.ts$/ },
];

interface Import {
  readonly file: string;
  /** A file of ours, from the top of the repository, or the name of a package. */
  readonly target: string;
  readonly isOurs: boolean;
  readonly isType: boolean;
}

interface Source {
  readonly file: string;
  readonly text: string;
}

async function sourcesIn(folder: string): Promise<Source[]> {
  const names = await readdir(path.join(root, folder), { recursive: true });
  const files = names.filter((name) => /\.[jt]s$/.test(name)).sort();
  return Promise.all(
    files.map(async (name) => ({
      file: `${folder}/${name}`,
      text: await readFile(path.join(root, folder, name), 'utf8'),
    })),
  );
}

const statement = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
const expression = /\bimport\('([^']+)'\)/g;

function importsOf({ file, text }: Source): Import[] {
  const found = [
    ...[...text.matchAll(statement)].map(([, type, name]) => ({
      name,
      isType: type !== undefined,
    })),
    ...[...text.matchAll(expression)].map(([, name]) => ({ name, isType: false })),
  ];
  return found.map(({ name = '', isType }) => {
    const isOurs = name.startsWith('.');
    const ours = path.join(path.dirname(file), name).replace(/\.js$/, '.ts');
    return { file, target: isOurs ? ours : packageOf(name), isOurs, isType };
  });
}

function packageOf(name: string): string {
  return name.startsWith('node:') ? name : name.split('/', name.startsWith('@') ? 2 : 1).join('/');
}

function folderOf(file: string): string {
  return file.split('/')[1] ?? '';
}

function isAllowed({ file, target, isType }: Import): boolean {
  const [from, to] = [folderOf(file), folderOf(target)];
  if (from === to || to === 'base' || mayImport[from]?.includes(to)) return true;
  return isType && mayImportTypes.some((one) => one.from === from && one.of.test(target));
}

function show(imports: readonly Import[]): string[] {
  return imports.map(({ file, target }) => `${file} imports ${target}`);
}

const src = await sourcesIn('src');
const tests = await sourcesIn('test');
const bin = await sourcesIn('bin');
const imports = src.flatMap(importsOf);
const ours = imports.filter(({ isOurs }) => isOurs);
const packages = imports.filter(({ isOurs, target }) => !isOurs && !target.startsWith('node:'));

describe('imports within src', () => {
  test('are all seen by this test', () => {
    const mentions = src.flatMap(
      ({ text }) => text.match(/\bfrom '|^import '|\bimport\('/gm) ?? [],
    );
    expect(imports).toHaveLength(mentions.length);
  });

  test('lead to files that exist', () => {
    const files = new Set(src.map(({ file }) => file));
    expect(show(ours.filter(({ target }) => !files.has(target)))).toEqual([]);
  });

  test('come from folders that the table knows', () => {
    const folders = new Set(src.map(({ file }) => folderOf(file)));
    expect([...folders].filter((folder) => mayImport[folder] === undefined)).toEqual([]);
  });

  test('keep to the table', () => {
    expect(show(ours.filter((one) => !isAllowed(one)))).toEqual([]);
  });

  test('never lead to cli, save from cli itself', () => {
    const fromOutside = ours.filter(
      ({ file, target }) => folderOf(target) === 'cli' && folderOf(file) !== 'cli',
    );
    expect(show(fromOutside)).toEqual([]);
  });
});

describe('packages', () => {
  test('are imported in one folder of src each', () => {
    const foldersOf = new Map<string, Set<string>>();
    for (const { file, target } of packages) {
      foldersOf.set(target, (foldersOf.get(target) ?? new Set()).add(folderOf(file)));
    }
    const spread = [...foldersOf].filter(([, folders]) => folders.size > 1);
    expect(spread.map(([name, folders]) => `${name} in ${[...folders].join(', ')}`)).toEqual([]);
  });

  test('that src imports are dependencies', async () => {
    const { dependencies } = await packageJson();
    const unknown = packages.filter(({ target }) => !(target in dependencies));
    expect(show(unknown)).toEqual([]);
  });

  test('that are dependencies are imported in src, or used by a script', async () => {
    const { dependencies, scripts } = await packageJson();
    const used = new Set(packages.map(({ target }) => target));
    const unused = Object.keys(dependencies).filter(
      (name) => !used.has(name) && !isInScript(name, scripts),
    );
    expect(unused).toEqual([]);
  });

  test('that are there for development are imported by tests, or used by a script', async () => {
    const { devDependencies, scripts } = await packageJson();
    const used = new Set(tests.flatMap(importsOf).map(({ target }) => target));
    const commands: Readonly<Record<string, string>> = {
      '@biomejs/biome': 'biome',
      typescript: 'tsc',
    };
    const unused = Object.keys(devDependencies).filter(
      (name) =>
        !name.startsWith('@types/') &&
        !used.has(name) &&
        !isInScript(commands[name] ?? name, scripts),
    );
    expect(unused).toEqual([]);
  });
});

describe('files', () => {
  const all = [...src, ...tests, ...bin];

  test('of src and test have at most 300 lines', () => {
    const long = [...src, ...tests].map(({ file, text }) => ({ file, lines: linesOf(text) }));
    expect(long.filter(({ lines }) => lines > 300)).toEqual([]);
  });

  test('and folders are named after what is in them', () => {
    const nameless = /(?:^|\/)(?:utils?|helpers?|common|misc|index)(?:\.|\/|$)/;
    expect(all.map(({ file }) => file).filter((file) => nameless.test(file))).toEqual([]);
  });

  test('name no place on a developer’s machine', () => {
    // The last letter stands in brackets so that this line is not found itself.
    const place = /\/(?:hom[e]|User[s]|roo[t]|wor[k])\/\w|\b[A-Z]:\\\\/;
    expect(linesWith(place, all)).toEqual([]);
  });

  test('leave nothing for later', () => {
    expect(linesWith(/\b(?:TOD[O]|FIXM[E])\b/, all)).toEqual([]);
  });
});

describe('the README', () => {
  test('names only npm commands that package.json has', async () => {
    const text = await readFile(path.join(root, 'README.md'), 'utf8');
    const { scripts } = await packageJson();
    const named = [...text.matchAll(/\bnpm (?:run (?:--silent )?([a-z][\w:-]*)|(test)\b)/g)].map(
      ([, run, test = '']) => run ?? test,
    );
    expect(named).not.toEqual([]);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

function linesOf(text: string): number {
  return text.split('\n').length - 1;
}

function linesWith(pattern: RegExp, sources: readonly Source[]): string[] {
  return sources.flatMap(({ file, text }) =>
    text.split('\n').flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}`] : [])),
  );
}

function isInScript(command: string, scripts: Readonly<Record<string, string>>): boolean {
  return Object.values(scripts).some((script) => script.split(/[\s&|;]+/).includes(command));
}

type Names = Readonly<Record<string, string>>;

async function packageJson(): Promise<{
  readonly dependencies: Names;
  readonly devDependencies: Names;
  readonly scripts: Names;
}> {
  return JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
}
