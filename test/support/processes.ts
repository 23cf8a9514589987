import { readdir, readFile } from 'node:fs/promises';

/** Command lines of all processes whose command line or environment holds `text`. */
export async function processesNaming(text: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [command, environment] = await Promise.all([
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
        readFile(`/proc/${pid}/environ`, 'utf8').catch(() => ''),
      ]);
      const isOurs = Number(pid) === process.pid;
      const names = command.includes(text) || environment.includes(text);
      return !isOurs && command !== '' && names ? [command.replaceAll('\0', ' ')] : [];
    }),
  );
  return found.flat();
}
