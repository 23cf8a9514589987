import wrapAnsi from 'wrap-ansi';
import { formatCount } from '../base/units.js';
import type { ClaimVerdict, Result, ResultCase } from '../result/result.js';
import { type CaseTable, caseTable } from './case-rows.js';
import type { Paint } from './paint.js';
import { renderRunTable } from './run-table.js';

/** What `run` prints when it is over: the table, how to read it, warnings and claims. */
export function renderRunSummary(
  result: Result,
  layout: { readonly columns: number; readonly paint: Paint },
): string {
  const { paint } = layout;
  const table = caseTable(result);
  const blocks = [
    [paint.bold(headline(result))],
    [renderRunTable(table, layout)],
    wrapAll(legend(result, table), layout.columns).map(paint.dim),
    wrapAll(skippedCases(result.cases), layout.columns).map(paint.yellow),
    wrapAll(warningLines(result.cases), layout.columns).map(paint.yellow),
    wrapAll(lossLines(result.cases), layout.columns).map(paint.red),
    result.claims.flatMap((claim) => wrap(claimLine(claim, paint), layout.columns)),
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

function legend({ interrupted }: Result, { latency, rounds }: CaseTable): string[] {
  const of = rounds === 1 ? 'one round' : `median of ${rounds} rounds`;
  const clock =
    latency === 'endToEnd'
      ? 'latency from the moment a message should have been sent'
      : 'latency from the moment a message was sent; at rate max the backlog is most of it';
  const lines = [
    `msg/s: consumed, ${of}; ${clock}; – is too few samples; ratio to the first case.`,
  ];
  return interrupted ? [...lines, 'The run was cut short: this is what it had measured.'] : lines;
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
    return [`warning, ${first.name} round ${first.round}${more}: ${first.text}`];
  });
}

function lossLines(cases: readonly ResultCase[]): string[] {
  return cases.flatMap(({ name, trials }) =>
    trials.flatMap(({ round, ledger }) => {
      if (ledger.lost === 0) return [];
      const promise = ledger.lostBasis === 'confirmed' ? 'confirmed' : 'published';
      const which = ledger.lostMessages
        .flatMap(({ publisher, ranges }) =>
          ranges.map(({ first, last }) => `publisher ${publisher}: ${rangeOf(first, last)}`),
        )
        .slice(0, 3);
      const lost = `${formatCount(ledger.lost)} ${promise} messages never came`;
      return [
        `${name} round ${round}: ${lost} (${which.join('; ')}${which.length < 3 ? '' : '; …'})`,
      ];
    }),
  );
}

function rangeOf(first: number, last: number): string {
  return first === last ? `${first}` : `${first}–${last}`;
}

function claimLine(claim: ClaimVerdict, paint: Paint): string {
  const verdict = {
    holds: paint.green('holds'),
    fails: paint.red('fails'),
    inconclusive: paint.yellow('inconclusive'),
  }[claim.verdict];
  return `${verdict}  ${claim.says}: ${measuredText(claim)}, expected ${expectText(claim.expect)}`;
}

function measuredText({ value, interval, rounds }: ClaimVerdict): string {
  if (value === null) return 'not measured';
  if (interval === null) return `ratio ${value.toFixed(2)} in one round, which tells no noise`;
  const [low, high] = interval;
  return `ratio ${value.toFixed(2)} (95 % ${low.toFixed(2)}–${high.toFixed(2)}, ${rounds} rounds)`;
}

function expectText(expect: ClaimVerdict['expect']): string {
  const words: Readonly<Record<string, string>> = { atLeast: 'at least', atMost: 'at most' };
  return Object.entries(expect)
    .map(([key, value]) => `${words[key] ?? key} ${Array.isArray(value) ? value.join('–') : value}`)
    .join(' and ');
}

function wrapAll(lines: readonly string[], columns: number): string[] {
  return lines.flatMap((line) => wrap(line, columns));
}

/** Breaks a line at spaces; what follows the first line is indented. */
function wrap(line: string, columns: number): string[] {
  return wrapAnsi(line, columns - 2)
    .split('\n')
    .map((part, i) => (i === 0 ? part : `  ${part}`));
}
