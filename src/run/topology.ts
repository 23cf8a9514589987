import { setTimeout as sleep } from 'node:timers/promises';
import type { Administration, QueueDeclaration } from '../amqp/administration.js';
import { BrokerError } from '../base/errors.js';
import type { LoadPlan, QueuePlan } from '../plan/load-plan.js';
import type { Cluster } from './cluster.js';
import { succeeds } from './succeeds.js';

/** Above what a cluster's own policies are likely to have, so that the profile's setting holds. */
const policyPriority = 900;
const mirrorLimitMillis = 10_000;
const mirrorPollMillis = 100;

/**
 * Declares what a trial needs, each queue through its home node, and makes sure that queues have
 * the mirrors asked for. Throws a BrokerError that names the queue, or the signal's reason.
 */
export async function declareTopology(
  plan: LoadPlan,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  await setMirrorPolicy(plan, cluster);
  await cluster.anywhere.declareExchange(plan.exchange, plan.durable);
  for (const queue of plan.queues) {
    signal.throwIfAborted();
    await declareAtHome(queue, cluster);
    await cluster.anywhere.bindQueue(queue.name, plan.exchange, queue.name);
  }
  for (const queue of plan.queues) await checkMirrors(queue, plan, cluster);
}

async function setMirrorPolicy(plan: LoadPlan, cluster: Cluster): Promise<void> {
  if (!plan.mirrorDefinition) return;
  const names = plan.queues.map(({ name }) => name.replaceAll('.', '\\.'));
  await cluster.management?.setPolicy({
    name: plan.exchange,
    pattern: `^(${names.join('|')})$`,
    definition: plan.mirrorDefinition,
    priority: policyPriority,
  });
}

/** At the node that shall hold it; or anywhere, if that node does not answer. */
export async function declareAtHome(queue: QueuePlan, cluster: Cluster): Promise<void> {
  const declaration = placed(queue, cluster);
  if (await succeeds(homeOf(queue, cluster).declareQueue(declaration))) return;
  await cluster.anywhere.declareQueue(declaration);
}

/** The way to the node that shall hold the queue, where nodes can be addressed. */
function homeOf(queue: QueuePlan, { anywhere, atNodes }: Cluster): Administration {
  return atNodes[queue.home % atNodes.length] ?? anywhere;
}

/** Where no node can be addressed directly, the broker is asked to spread the queues itself. */
function placed(queue: QueuePlan, cluster: Cluster): QueueDeclaration {
  if (cluster.addresses.nodeUrls.length > 0) return queue;
  const isOldClassic =
    queue.arguments['x-queue-type'] === 'classic' && cluster.identity.version.startsWith('3.');
  const locator = isOldClassic
    ? { 'x-queue-master-locator': 'min-masters' }
    : { 'x-queue-leader-locator': 'balanced' };
  return { ...queue, arguments: { ...locator, ...queue.arguments } };
}

/**
 * Waits until the queue has the mirrors that were asked for: a policy of the cluster's own may mirror
 * queues that shall not be, or override ours, and the figure would be that of another setting.
 */
async function checkMirrors(queue: QueuePlan, plan: LoadPlan, cluster: Cluster): Promise<void> {
  const { management, nodes } = cluster;
  if (!management || queue.arguments['x-queue-type'] !== 'classic') return;
  const asked = mirrorCount(plan.mirrorDefinition, nodes.length);
  const deadline = Date.now() + mirrorLimitMillis;
  for (;;) {
    const { mirrors } = await management.queue(queue.name);
    if (mirrors.length === asked) return;
    if (Date.now() > deadline) {
      const found = `${mirrors.length} mirrors instead of ${asked}`;
      throw new BrokerError(`queue "${queue.name}" has ${found}`, {
        hint: 'Does a policy of the cluster match it? Narrow its pattern, or use a virtual host without policies.',
      });
    }
    await sleep(mirrorPollMillis);
  }
}

function mirrorCount(definition: LoadPlan['mirrorDefinition'], nodeCount: number): number {
  if (definition === undefined) return 0;
  return definition['ha-mode'] === 'all' ? nodeCount - 1 : Number(definition['ha-params']) - 1;
}
