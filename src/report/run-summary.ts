import type { ClaimVerdict, Result, ResultCase } from '../result/result.js';
import { absentLines } from './absent-lines.js';
import { capacityLines } from './capacity-lines.js';
import { type CaseTable, caseTable } from './case-rows.js';
import { cpuLines } from './cpu-share.js';
import { type TrialStory, trialStories } from './event-lines.js';
import { generatorLines, sharedMachineLines } from './generator-share.js';
import { type LedgerLine, ledgerLines } from './ledger-lines.js';
import type { Paint } from './paint.js';
import { renderRunTable } from './run-table.js';
import { wrap, wrapAll } from './wrap.js';

/** What `run` prints when it is over: the table, how to read it, what was odd, and the claims. */
export function renderRunSummary(
  result: Result,
  layout: { readonly columns: number; readonly paint: Paint },
): string {
  const { columns, paint } = layout;
  const table = caseTable(result);
  const blocks = [
    [paint.bold(headline(result))],
    [renderRunTable(table, layout)],
    wrapAll(
      [
        ...legend(result, table),
        ...capacityLines(result.cases),
        ...generatorLines(result),
        ...sharedMachineLines(result),
        ...cpuLines(result),
        ...absentLines(result.cases),
      ],
      columns,
    ).map(paint.dim),
    wrapAll([...result.missing, ...skippedCases(result.cases)], columns).map(paint.yellow),
    wrapAll(warningLines(result.cases), columns).map(paint.yellow),
    trialStories(result.cases).flatMap((one) => storyBlock(one, columns).map(paint.yellow)),
    ledgerLines(result.cases).flatMap((line) => ledgerBlock(line, columns, paint)),
    result.claims.flatMap((claim) => wrap(claimLine(claim, paint), columns)),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function headline({ profile, cases }: Result): string {
  const ran = cases.find(({ broker }) => broker !== null);
  if (!ran?.broker) return profile.name;
  const { product, version, nodes } = ran.broker;
  const count =
    nodes.length > 0 ? `, ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}` : '';
  const balancer = ran.loadBalancer ? ` behind HAProxy ${ran.loadBalancer.version}` : '';
  return `${profile.name}: ${product} ${version}${count}${balancer}`;
}

function legend({ interrupted, cases }: Result, { latency, rounds }: CaseTable): string[] {
  const clock =
    latency === 'endToEnd'
      ? 'latency from the moment a message should have been sent'
      : 'latency from the moment a message was sent; at rate max the backlog is most of it';
  const parts = [
    `msg/s: consumed, ${roundsText(rounds)}`,
    clock,
    '– is too few samples',
    ...(cases.length > 1 ? ['ratio to the first case'] : []),
  ];
  const lines = [`${parts.join('; ')}.`];
  return interrupted ? [...lines, 'The run was cut short: this is what it had measured.'] : lines;
}

function roundsText(rounds: number): string {
  if (rounds === 0) return 'in no valid round';
  return rounds === 1 ? 'in one round' : `median of ${rounds} valid rounds`;
}

function skippedCases(cases: readonly ResultCase[]): string[] {
  return cases.flatMap(({ name, skipped }) => (skipped ? [`skipped ${name}: ${skipped}`] : []));
}

/** Each kind of warning once, with the trials that it stands in. */
function warningLines(cases: readonly ResultCase[]): string[] {
  const trials = cases.flatMap(({ name, trials }) => trials.map((trial) => ({ name, trial })));
  const warned = trials.flatMap(({ name, trial }) =>
    trial.warnings.map((warning) => ({ name, round: trial.round, ...warning })),
  );
  const kinds = new Set(warned.map(({ kind }) => kind));
  return [...kinds].flatMap((kind) => {
    const ofKind = warned.filter((warning) => warning.kind === kind);
    const [first] = ofKind;
    if (first === undefined) return [];
    const others = ofKind.length - 1;
    const more = others === 0 ? '' : ` and ${others} more ${others === 1 ? 'trial' : 'trials'}`;
    return [`warning ${kind}, ${first.name} round ${first.round}${more}: ${first.text}`];
  });
}

/** The events of a trial, indented below a line that says where. */
function storyBlock({ head, lines }: TrialStory, columns: number): string[] {
  const indent = 2;
  const inner = wrapAll(lines, columns - indent).map((line) => `${' '.repeat(indent)}${line}`);
  return [...wrap(head, columns), ...inner];
}

function ledgerBlock({ weight, text }: LedgerLine, columns: number, paint: Paint): string[] {
  const brush = { bad: paint.red, odd: paint.yellow, expected: paint.dim }[weight];
  return wrap(text, columns).map(brush);
}

function claimLine(claim: ClaimVerdict, paint: Paint): string {
  const brush = { holds: paint.green, fails: paint.red, inconclusive: paint.yellow }[claim.verdict];
  const verdict = brush(claim.verdict.padEnd('inconclusive'.length));
  return `${verdict}  ${claim.says}: ${measuredText(claim)}, expected ${expectText(claim.expect)}`;
}

function measuredText({ ratio, interval, rounds, pairs }: ClaimVerdict): string {
  if (ratio === null) return 'not measured';
  const left = pairs.compared < pairs.of ? `, ${pairs.compared} of ${pairs.of} pairs` : '';
  if (interval === null) return `ratio ${ratio.toFixed(2)} in one round, its noise unknown`;
  const [low, high] = interval;
  return `ratio ${ratio.toFixed(2)} (95 % ${low.toFixed(2)}–${high.toFixed(2)}, ${rounds} rounds${left})`;
}

function expectText(expect: ClaimVerdict['expect']): string {
  const words: Readonly<Record<string, string>> = { atLeast: 'at least', atMost: 'at most' };
  return Object.entries(expect)
    .map(
      ([key, value]) =>
        `${words[key] ?? key} ${Array.isArray(value) ? value.join(' and ') : value}`,
    )
    .join(' and ');
}
