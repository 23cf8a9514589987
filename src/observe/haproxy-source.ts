import { messageOf } from '../base/errors.js';
import { type Source, usualPeriodMicros } from './source.js';

/** A server that the load balancer hands connections to. Counts are since HAProxy was started. */
export interface ServerState {
  readonly name: string;
  readonly isUp: boolean;
  /** Connections that it has now. */
  readonly sessions: number;
  readonly sessionsOpened: number;
  /** From clients, and to clients, of the sessions that are over: HAProxy adds them up at their end. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Sessions and bytes of every server behind HAProxy, from its page of statistics. */
export function haproxySource(statisticsUrl: string): Source<readonly ServerState[]> {
  return {
    tells: 'sessions and bytes of the load balancer',
    periodMicros: usualPeriodMicros,
    hasLastWord: true,
    ask: async (signal) => serversIn(await fetchText(`${statisticsUrl};csv`, signal)),
  };
}

/** The servers of all backends in HAProxy's statistics, which are in CSV. Throws when it is not that. */
export function serversIn(csv: string): ServerState[] {
  const [header = '', ...lines] = csv.trim().split('\n');
  const columns = header.replace(/^# /, '').split(',');
  if (!columns.includes('svname')) throw new Error('the page holds no statistics');
  // Values with commas in them come after all the columns that are read here.
  const rows = lines.map((line) => line.split(','));
  const cell = (row: readonly string[], column: string) => row[columns.indexOf(column)] ?? '';
  return rows
    .filter((row) => !['FRONTEND', 'BACKEND', ''].includes(cell(row, 'svname')))
    .map((row) => ({
      name: cell(row, 'svname'),
      isUp: cell(row, 'status').startsWith('UP'),
      sessions: Number(cell(row, 'scur')),
      sessionsOpened: Number(cell(row, 'stot')),
      bytesIn: Number(cell(row, 'bin')),
      bytesOut: Number(cell(row, 'bout')),
    }));
}

async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { signal }).catch((thrown: unknown) => {
    // The cause says what went wrong; fetch itself only says that it failed.
    throw new Error(messageOf((thrown as { cause?: unknown }).cause ?? thrown));
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.text();
}
