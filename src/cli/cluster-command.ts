import type { Argv, CommandModule } from 'yargs';
import { withoutCredentials } from '../base/address.js';
import { UsageError } from '../base/errors.js';
import { exitCodes } from '../base/exit-codes.js';
import { loadProfile } from '../profile/load.js';
import type { Profile, TestbedTarget } from '../profile/settings.js';
import { cleanAbandoned } from '../testbed/abandoned.js';
import { findTestbed, stopTestbed, type TestbedStatus } from '../testbed/kept-testbed.js';
import { defaultStateRoot } from '../testbed/state-file.js';
import { startTestbed } from '../testbed/testbed.js';
import { clusterStatusText } from './cluster-status-text.js';
import { interruptible } from './interrupt.js';
import { setOption } from './profile-options.js';
import { progressOn } from './progress.js';

interface ClusterArguments {
  readonly action: 'up' | 'status' | 'down';
  readonly profile: string;
  readonly set: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
}

export const clusterCommand: CommandModule<object, ClusterArguments> = {
  command: 'cluster <action> <profile>',
  describe: 'Put the cluster of a profile up, ask after it, take it down',
  builder: (yargs) => clusterOptions(yargs),
  handler: async (args) => {
    const profile = await loadProfile({
      path: args.profile,
      overrides: args.set,
      environment: process.env,
    });
    await cleanAbandoned(defaultStateRoot());
    if (args.action === 'up') await interruptible((signal) => putUp(profile, args, signal));
    if (args.action === 'down') await takeDown(profile);
    if (args.action !== 'down') printStatus(profile.name, args.json);
  },
};

function clusterOptions(yargs: Argv): Argv<ClusterArguments> {
  return yargs
    .positional('action', { choices: ['up', 'status', 'down'] as const, demandOption: true })
    .positional('profile', { type: 'string', demandOption: true, describe: 'Profile file' })
    .option('set', setOption)
    .option('json', { type: 'boolean', default: false, describe: 'Print JSON' })
    .option('quiet', { type: 'boolean', default: false, describe: 'No progress' })
    .example('$0 cluster up profiles/quickstart.yaml', 'runs of that profile then use it')
    .example('$0 cluster down profiles/quickstart.yaml', 'stops and removes it');
}

async function putUp(profile: Profile, args: ClusterArguments, signal: AbortSignal): Promise<void> {
  const progress = progressOn(process.stderr, args.quiet);
  try {
    const { nodes, loadBalancers, balance, tls } = theTestbed(profile);
    const onProgress = (text: string) => progress.now(text);
    await startTestbed(
      { name: profile.name, nodes, loadBalancers, balance, tls },
      { stateRoot: defaultStateRoot(), signal, onProgress, keep: true },
    );
  } finally {
    progress.end();
  }
}

/** The first case's testbed: a profile that varies its testbed names the others by --set. */
function theTestbed(profile: Profile): TestbedTarget {
  const target = profile.cases[0]?.settings.target;
  if (target?.kind === 'testbed') return target;
  throw new UsageError(`the profile "${profile.name}" measures a cluster of yours`, {
    hint: 'There is nothing to put up: `rmqbench run` attaches to it.',
  });
}

async function takeDown({ name }: Profile): Promise<void> {
  const wasUp = await stopTestbed(name, defaultStateRoot());
  process.stdout.write(wasUp ? `cluster "${name}" is down\n` : `cluster "${name}" was not up\n`);
}

function printStatus(name: string, json: boolean): void {
  const status = withoutSecrets(findTestbed(name, defaultStateRoot()));
  process.stdout.write(json ? `${JSON.stringify(status)}\n` : clusterStatusText(name, status));
  if (status.state === 'down') process.exitCode = exitCodes.broker;
}

/** The testbed's user is RabbitMQ's own default, which an address without credentials stands for. */
function withoutSecrets(status: TestbedStatus): TestbedStatus {
  if (status.state === 'down') return status;
  const { addresses } = status;
  const { loadBalancerUrl, nodes } = addresses;
  return {
    ...status,
    addresses: {
      ...addresses,
      loadBalancerUrl: loadBalancerUrl && withoutCredentials(loadBalancerUrl),
      nodes: nodes.map((node) => ({ ...node, url: withoutCredentials(node.url) })),
    },
  };
}
