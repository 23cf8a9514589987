import { ratioToBase, type ToolFigures } from './cluster-figures.js';
import type { Goal } from './goal.js';

const ownTool = 'rmqbench, wire';
const consumedRatioMin = 1.3;
const cpuRatioMax = 0.1;

/** What rmqbench wants to reach beside the reference on a real cluster, where both were measured. */
export function clusterGoals(
  title: string,
  all: readonly ToolFigures[],
  reference: string,
): Goal[] {
  const own = all.find(({ tool }) => tool === ownTool);
  const base = all.find(({ tool }) => tool === reference);
  if (!own || !base) return [];
  const consumed = ratioToBase(own.rounds, base.rounds, (one) => one.consumedPerSecond);
  const cpu = ratioToBase(own.rounds, base.rounds, (one) => one.cpuMicrosPerTransfer);
  if (consumed === undefined || cpu === undefined) return [];
  return [
    {
      what: `cluster, ${title}: consumed over ${reference}`,
      wanted: `≥ ${consumedRatioMin} ×`,
      measured: `${consumed.toFixed(2)} ×`,
      isReached: consumed >= consumedRatioMin,
    },
    {
      what: `cluster, ${title}: CPU for a message over ${reference}`,
      wanted: `≤ ${cpuRatioMax} ×`,
      measured: `${cpu.toFixed(3)} ×`,
      isReached: cpu <= cpuRatioMax,
    },
  ];
}
