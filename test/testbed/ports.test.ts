import { expect, test } from 'vitest';
import { chooseFreePorts, planPorts } from '../../src/testbed/ports.js';

test('all ports of a testbed differ and lie below those of outgoing connections', async () => {
  const plan = await planPorts(5, chooseFreePorts);
  const ports = [plan.epmd, plan.management, plan.loadBalancer, plan.statistics];
  for (const { amqp, distribution } of plan.nodes) ports.push(amqp, distribution);
  expect(new Set(ports).size).toBe(14);
  expect(ports.every((port) => port >= 26_000 && port < 32_500)).toBe(true);
});
