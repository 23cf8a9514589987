import type { Connections, Warning } from '../../result/result.js';
import { secondsText, timesText } from './wording.js';

export function lostConnections(connections: Connections): Warning[] {
  const { lost, downSeconds, longestDownSeconds } = connections;
  if (lost === 0) return [];
  const text = `Connections were lost ${timesText(lost)}, and publishers and consumers were without one for ${secondsText(downSeconds)} in all, ${secondsText(longestDownSeconds)} at most: throughput and latency are those of a cluster that was disturbed. The trial's events tell when and why.`;
  return [{ kind: 'connections-lost', text }];
}

export function blockedConnections(connections: Connections): Warning[] {
  const { blocked, blockedSeconds, longestBlockedSeconds } = connections;
  if (blocked === 0) return [];
  const text = `The broker blocked publishing connections ${timesText(blocked)}, for ${secondsText(blockedSeconds)} in all, ${secondsText(longestBlockedSeconds)} at most, for want of memory or disk: throughput is what that left of it. Give the nodes more, or publish less.`;
  return [{ kind: 'connections-blocked', text }];
}
