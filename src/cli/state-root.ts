import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where testbeds keep their state: `$XDG_STATE_HOME/rmqbench`, or `~/.local/state/rmqbench`. */
export function stateRoot(): string {
  const { XDG_STATE_HOME } = process.env;
  return join(XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'rmqbench');
}
