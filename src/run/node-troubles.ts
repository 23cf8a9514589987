import type { NodeState } from '../observe/broker-source.js';
import type { Observation } from '../observe/source.js';

/** A time in which a node was seen to be in trouble; moments are µs of the shared clock. */
export interface NodeTrouble {
  readonly kind: 'memory-alarm' | 'disk-alarm' | 'down';
  readonly node: string;
  readonly fromMicros: number;
  /** When it was first seen without; `undefined` when it never was. */
  readonly untilMicros: number | undefined;
}

const signs: Readonly<Record<NodeTrouble['kind'], (state: NodeState) => boolean>> = {
  'memory-alarm': ({ memoryAlarm }) => memoryAlarm === true,
  'disk-alarm': ({ diskAlarm }) => diskAlarm === true,
  down: ({ isRunning }) => !isRunning,
};
const kinds = ['memory-alarm', 'disk-alarm', 'down'] as const;

/** Finds the times in which nodes had raised an alarm or did not run, in what was seen of them. */
export function nodeTroubles(
  observations: readonly Observation<readonly NodeState[]>[],
): NodeTrouble[] {
  const names = new Set(observations.flatMap(({ told }) => told.map(({ name }) => name)));
  return [...names].flatMap((node) =>
    kinds.flatMap((kind) => {
      const seen = observations.flatMap(({ atMicros, told }) => {
        const state = told.find(({ name }) => name === node);
        return state ? { atMicros, hasIt: signs[kind](state) } : [];
      });
      return spans(seen).map((span) => ({ kind, node, ...span }));
    }),
  );
}

function spans(
  seen: readonly { readonly atMicros: number; readonly hasIt: boolean }[],
): Pick<NodeTrouble, 'fromMicros' | 'untilMicros'>[] {
  const begins = seen.filter(({ hasIt }, i) => hasIt && !seen[i - 1]?.hasIt);
  return begins.map(({ atMicros: fromMicros }) => ({
    fromMicros,
    untilMicros: seen.find(({ atMicros, hasIt }) => atMicros > fromMicros && !hasIt)?.atMicros,
  }));
}
