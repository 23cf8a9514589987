import type { Blockage, Outage } from '../load/protocol.js';
import type { Measured } from './measured.js';

/** Something that one connection went through; moments are µs of the shared clock. */
export interface Trouble {
  readonly side: 'publisher' | 'consumer';
  readonly id: number;
  readonly reason: string;
  readonly fromMicros: number;
  /** `undefined` when it lasted to the end. */
  readonly untilMicros: number | undefined;
  readonly durationMicros: number;
}

export interface LostConnection extends Trouble {
  readonly attempts: number;
  readonly inDoubt: number;
}

/** What all connections of a trial went through. */
export interface Troubles {
  readonly lost: readonly LostConnection[];
  /** Losses of which only the number is known. */
  readonly furtherLost: number;
  readonly blocked: readonly Trouble[];
}

/** One side of a trial: its threads' records, and when the last of them ended. */
interface Side {
  readonly side: Trouble['side'];
  readonly endMicros: number;
  readonly outages: readonly Outage[];
  readonly furtherOutages: number;
  readonly blockages: readonly Blockage[];
}

type MeasuredConnections = Pick<
  Measured,
  'publishers' | 'consumers' | 'publishersEndMicros' | 'consumersEndMicros'
>;

/** Puts together what the threads of both sides recorded of their connections. */
export function troublesOf(measured: MeasuredConnections): Troubles {
  const sides = [
    sideOf('publisher', measured.publishers, measured.publishersEndMicros),
    sideOf('consumer', measured.consumers, measured.consumersEndMicros),
  ];
  return {
    lost: sides.flatMap(lostOf),
    furtherLost: sides.reduce((total, { furtherOutages }) => total + furtherOutages, 0),
    blocked: sides.flatMap(blockedOf),
  };
}

function sideOf(
  side: Trouble['side'],
  records: readonly Pick<Side, 'outages' | 'furtherOutages' | 'blockages'>[],
  endMicros: number,
): Side {
  return {
    side,
    endMicros,
    outages: records.flatMap(({ outages }) => outages),
    furtherOutages: records.reduce((total, { furtherOutages }) => total + furtherOutages, 0),
    blockages: records.flatMap(({ blockages }) => blockages),
  };
}

function lostOf({ side, endMicros, outages }: Side): LostConnection[] {
  return outages.map(({ id, reason, lostMicros, restoredMicros, attempts, inDoubt }) => ({
    ...{ side, id, reason, attempts, inDoubt },
    ...span(lostMicros, restoredMicros, endMicros),
  }));
}

function blockedOf({ side, endMicros, blockages }: Side): Trouble[] {
  return blockages.map(({ id, reason, sinceMicros, untilMicros }) => ({
    ...{ side, id, reason },
    ...span(sinceMicros, untilMicros, endMicros),
  }));
}

function span(fromMicros: number, untilMicros: number | undefined, endMicros: number) {
  const durationMicros = Math.max(0, (untilMicros ?? endMicros) - fromMicros);
  return { fromMicros, untilMicros, durationMicros };
}
