import { cpus, release, totalmem, type } from 'node:os';
import { programOutput } from './program-output.js';
import { markdownTable } from './table.js';

/** A fact that figures depend on, and what it is here. */
export type Fact = readonly [name: string, value: string];

/** The machine and the languages' platforms on it, as figures from it must name them. */
export async function machineFacts(signal: AbortSignal): Promise<Fact[]> {
  const processors = cpus();
  const gibibytes = totalmem() / 1024 ** 3;
  return [
    ['processor', processors[0]?.model ?? 'unknown'],
    ['processors', String(processors.length)],
    ['memory', `${gibibytes.toFixed(1)} GiB`],
    ['kernel', `${type()} ${release()}`],
    ['Node.js', process.versions.node],
    ['Java', await versionSaid('java', ['-version'], /version "([^"]+)"/, signal)],
    ['Go', await versionSaid('go', ['version'], /go(\d[\w.]*)/, signal)],
  ];
}

/** Facts as a Markdown table. */
export function factTable(facts: readonly Fact[]): string {
  return markdownTable(
    [
      { heading: 'what', align: 'left' },
      { heading: 'here', align: 'left' },
    ],
    facts,
  );
}

async function versionSaid(
  file: string,
  parameters: readonly string[],
  pattern: RegExp,
  signal: AbortSignal,
): Promise<string> {
  const { isGood, stdout, stderr } = await programOutput(file, parameters, { signal });
  const [, version] = pattern.exec(stdout + stderr) ?? [];
  return isGood && version !== undefined ? version : 'not installed';
}
