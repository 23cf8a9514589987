import type { CaseSettings } from '../profile/settings.js';
import {
  type CeilingMode,
  ceilingPerSecond,
  type GeneratorCeiling,
} from '../result/generator-ceiling.js';
import type { Throughput } from '../result/result.js';
import type { FinishedTrial } from './measured.js';

/**
 * How near the generator came to what it can do, as a part of 1: for each side the rate ÷ (what one
 * thread can do in this mode with bodies of this size × the side's threads in use), and of both
 * sides the larger. Null when no ceiling of the case's client is known. It may exceed 1: ceilings
 * were measured with a window of 1,000 confirms and one acknowledgement for 100 messages, and noise
 * is noise.
 */
export function ofGeneratorCeiling(
  trial: { readonly finished: FinishedTrial; readonly throughput: Throughput },
  ceiling: GeneratorCeiling | null,
): number | null {
  const { finished, throughput } = trial;
  const { settings } = finished.planned.plannedCase;
  if (ceiling === null || ceiling.client !== settings.client) return null;
  const modes = modesOf(settings);
  const share = (mode: CeilingMode, perSecond: number, threads: number) => {
    const most = ceilingPerSecond(ceiling.ceilings, mode, settings.publishers.payloadBytes);
    return most === undefined ? undefined : perSecond / (most * threads);
  };
  const publishing = share(
    modes.publishing,
    throughput.publishedPerSecond,
    finished.publishers.length,
  );
  const consuming = share(modes.consuming, throughput.consumedPerSecond, finished.consumers.length);
  return publishing === undefined || consuming === undefined
    ? null
    : Math.max(publishing, consuming);
}

function modesOf({ publishers, consumers }: CaseSettings): {
  readonly publishing: CeilingMode;
  readonly consuming: CeilingMode;
} {
  return {
    publishing: publishers.confirm.kind === 'none' ? 'publish' : 'publish-confirm',
    consuming: consumers.acknowledge.kind === 'none' ? 'consume' : 'consume-ack',
  };
}
