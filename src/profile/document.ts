import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import { type Environment, referenceProblems } from './environment.js';
import type { Path } from './tree.js';

/** A problem at an offset of the text. */
interface TextProblem {
  readonly offset: number;
  readonly message: string;
}

/** A piece of YAML: its value, what is wrong with it as YAML, and where each part of it stands. */
export interface YamlText {
  readonly value: unknown;
  readonly problems: readonly TextProblem[];
  /** Whether the text is so wrong that its value means nothing. */
  readonly isBroken: boolean;
  /** Where the value at a path, or its key, begins; of what encloses it when it is not there. */
  offsetOf(path: Path, part: 'key' | 'value'): { offset: number; isThere: boolean };
  lineAndColumn(offset: number): string;
}

/** Reads YAML 1.2 of the core schema, without anchors, and checks references to variables. */
export function readYaml(text: string, environment: Environment): YamlText {
  try {
    return readDocument(text, environment);
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
    // The parser is recursive and exhausts the stack on lists within lists by the thousand.
    return unreadable('the lists and maps are nested too deeply');
  }
}

function readDocument(text: string, environment: Environment): YamlText {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
  });
  const syntax = [...document.errors, ...document.warnings].map((error) => ({
    offset: error.pos[0],
    message: plainMessage(error.code, error.message, text.slice(error.pos[0])),
  }));
  const aliases = aliasProblems(document);
  const isBroken =
    aliases.length > 0 || document.errors.some(({ code }) => code !== 'DUPLICATE_KEY');
  const references = isBroken ? [] : referenceFaults(document, environment);
  return {
    value: isBroken ? undefined : document.toJS(),
    problems: [...syntax, ...aliases, ...references],
    isBroken,
    offsetOf: (path, part) => offsetOf(document, path, part),
    lineAndColumn: (offset) => {
      const { line, col } = lines.linePos(offset);
      return `${line}:${col}`;
    },
  };
}

function unreadable(message: string): YamlText {
  return {
    value: undefined,
    problems: [{ offset: 0, message }],
    isBroken: true,
    offsetOf: () => ({ offset: 0, isThere: false }),
    lineAndColumn: () => '1:1',
  };
}

function plainMessage(code: string, message: string, source: string): string {
  if (code === 'DUPLICATE_KEY') return `the key ${firstWord(source)} is given twice`;
  if (code === 'NON_STRING_KEY') return 'a key must be a single word, not a list or a map';
  if (code === 'MULTIPLE_DOCS') return 'a profile is one YAML document; remove what follows ---';
  return `not YAML: ${message}`;
}

function firstWord(source: string): string {
  const [word = ''] = /^[^\s:,}\]]+/.exec(source) ?? [];
  return word;
}

/** Aliases could make a small file enormous or endless, and an error would have two positions. */
function aliasProblems(document: Document): TextProblem[] {
  const problems: TextProblem[] = [];
  visit(document, {
    Alias: (_, { range }) => {
      const message = 'aliases are not supported; write the value out';
      problems.push({ offset: range?.[0] ?? 0, message });
    },
  });
  return problems;
}

function referenceFaults(document: Document, environment: Environment): TextProblem[] {
  const problems: TextProblem[] = [];
  visit(document, {
    Scalar: (part, { value, type, range }) => {
      if (part === 'key' || typeof value !== 'string') return;
      const isQuoted = type === 'QUOTE_DOUBLE' || type === 'QUOTE_SINGLE';
      const messages = referenceProblems(value, isQuoted, environment);
      problems.push(...messages.map((message) => ({ offset: range?.[0] ?? 0, message })));
    },
  });
  return problems;
}

function offsetOf(document: Document, path: Path, part: 'key' | 'value') {
  let node: unknown = document.contents;
  let offset = offsetOfNode(node) ?? 0;
  for (const [depth, step] of path.entries()) {
    const { key, value } = childOf(node, step);
    if (key === undefined && value === undefined) return { offset, isThere: false };
    const isKeyWanted = part === 'key' && depth === path.length - 1;
    offset = (isKeyWanted ? undefined : offsetOfNode(value)) ?? offsetOfNode(key) ?? offset;
    node = value;
  }
  return { offset, isThere: true };
}

function childOf(node: unknown, step: string | number): { key?: unknown; value?: unknown } {
  if (isSeq(node) && typeof step === 'number') return { value: node.items[step] };
  if (!isMap(node)) return {};
  // Of a key that is given twice the last value counts, as in the map that is made of it.
  return node.items.findLast(({ key }) => isScalar(key) && key.value === step) ?? {};
}

function offsetOfNode(node: unknown): number | undefined {
  const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
  return range?.[0];
}
