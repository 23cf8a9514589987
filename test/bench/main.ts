import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clocksBench } from './clocks/clocks-bench.js';
import { clusterBench } from './cluster-bench.js';
import { generatorBench } from './generator/generator-bench.js';
import { goalTable } from './goal.js';
import { factTable, machineFacts } from './machine.js';
import type { BenchSettings, Section, SectionOutcome } from './section.js';

/** In the order in which they are run and printed. */
const sections: readonly Section[] = [generatorBench, clocksBench, clusterBench];

const usage = `npm run bench -- [options]

Measures this machine's figures and prints them as Markdown. It asserts nothing.

  --quick             one short round: does it work?
  --only <section>    only this section (repeatable): ${sections.map(({ name }) => name).join(', ')}
  --rounds <n>        how often everything is measured (3)
  --warmup <seconds>  load before each measurement (5)
  --seconds <n>       how long each measurement takes (10)
  --out <file>        write the Markdown to this file too
`;

const exitUsage = 2;
const exitInterrupted = 130;

process.exitCode = await main(process.argv.slice(2));

async function main(parameters: readonly string[]): Promise<number> {
  const options = readOptions(parameters);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${usage}`);
    return exitUsage;
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const interrupted = new AbortController();
  const interrupt = (name: NodeJS.Signals) => {
    if (interrupted.signal.aborted) process.exit(exitInterrupted);
    note('stopping what was started; once more to end at once');
    interrupted.abort(new Error(`interrupted by ${name}`));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt);
  const folder = await mkdtemp(join(tmpdir(), 'rmqbench-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  try {
    const markdown = await runSections({ ...options, signal: interrupted.signal, folder, note });
    process.stdout.write(markdown);
    if (options.out !== undefined) await writeFile(options.out, markdown);
    return 0;
  } catch (error) {
    note((error as Error).message);
    return interrupted.signal.aborted ? exitInterrupted : 1;
  } finally {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, interrupt);
  }
}

async function runSections(
  settings: BenchSettings & { readonly chosen: readonly Section[] },
): Promise<string> {
  const day = new Date().toISOString().slice(0, 10);
  const facts = factTable(await machineFacts(settings.signal));
  const outcomes: SectionOutcome[] = [];
  for (const { name, run } of settings.chosen) {
    const note = (text: string) => settings.note(`${name}: ${text}`);
    outcomes.push(await orFailure(name, run({ ...settings, note }), settings.signal));
  }
  const goals = goalTable(outcomes.flatMap((outcome) => outcome.goals));
  const parts = outcomes.map(({ markdown }) => markdown);
  return `${[`# Figures of ${day}`, facts, goals, ...parts].join('\n\n')}\n`;
}

/** A section that fails takes nothing of the others with it. */
async function orFailure(
  name: string,
  outcome: Promise<SectionOutcome>,
  signal: AbortSignal,
): Promise<SectionOutcome> {
  try {
    return await outcome;
  } catch (error) {
    signal.throwIfAborted();
    const { message } = error as Error;
    note(`${name}: ${message}`);
    return { markdown: `## The section "${name}" failed\n\n${message}`, goals: [] };
  }
}

interface Options extends Pick<BenchSettings, 'rounds' | 'warmupSeconds' | 'windowSeconds'> {
  readonly help: boolean;
  readonly chosen: readonly Section[];
  readonly out: string | undefined;
}

/** What is asked for, or what is wrong with it. */
function readOptions(parameters: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...parameters],
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        warmup: { type: 'string' },
        seconds: { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const { quick, only = sections.map(({ name }) => name) } = values;
    return {
      help: values.help,
      out: values.out,
      rounds: Math.ceil(positive(values.rounds ?? (quick ? '1' : '3'))),
      warmupSeconds: positive(values.warmup ?? (quick ? '2' : '5')),
      windowSeconds: positive(values.seconds ?? (quick ? '3' : '10')),
      chosen: only.map(sectionNamed),
    };
  } catch (error) {
    return (error as Error).message;
  }
}

function sectionNamed(name: string): Section {
  const found = sections.find((section) => section.name === name);
  if (!found) throw new Error(`there is no section "${name}"`);
  return found;
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new Error(`"${text}" is not a number above 0`);
  return number;
}

function note(text: string): void {
  process.stderr.write(`bench: ${text}\n`);
}
