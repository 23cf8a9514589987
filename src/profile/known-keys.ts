import { profileJsonSchema } from './schema.js';
import type { Path } from './tree.js';

/** The part of a JSON Schema that says which keys a map may have. */
interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: boolean | Node;
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
}

/** The keys that the map at a path may have; none where a map may have any. */
export function knownKeys(path: Path): string[] {
  return nodesAt(path)
    .flatMap(alternatives)
    .flatMap((node) => Object.keys(node.properties ?? {}));
}

/** Whether the schema has a place for a value at the path. */
export function isKnownPath(path: Path): boolean {
  return nodesAt(path).length > 0;
}

/** All paths at and below one, as dotted text. */
export function pathsFrom(path: readonly string[]): string[] {
  const below = knownKeys(path).flatMap((key) => pathsFrom([...path, key]));
  return [path.join('.'), ...below];
}

const root = profileJsonSchema() as Node;

function nodesAt(path: Path): readonly Node[] {
  return path.reduce<readonly Node[]>(
    (parents, step) => parents.flatMap((parent) => childrenOf(parent, step)),
    [root],
  );
}

function childrenOf(parent: Node, step: string | number): Node[] {
  return alternatives(parent).flatMap((node) => {
    if (typeof step === 'number') return node.items ?? [];
    const { properties = {}, additionalProperties } = node;
    if (Object.hasOwn(properties, step)) return properties[step] ?? [];
    return typeof additionalProperties === 'object' ? additionalProperties : [];
  });
}

function alternatives(node: Node): Node[] {
  return [node, ...(node.anyOf ?? []).flatMap(alternatives)];
}
