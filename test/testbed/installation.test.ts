import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { TestbedError } from '../../src/base/errors.js';
import { findInstallation } from '../../src/testbed/installation.js';
import { temporaryStateRoot } from './support/sleeping-testbed.js';

function program(...path: string[]): string {
  const file = join(...path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
}

function errorOf(call: () => unknown): TestbedError {
  try {
    call();
  } catch (error) {
    if (error instanceof TestbedError) return error;
  }
  throw new Error('No TestbedError was thrown.');
}

test('without RabbitMQ the error says where it was looked for and what to do', () => {
  const root = temporaryStateRoot();
  const folders = [join(root, 'bin'), join(root, 'sbin')];
  const error = errorOf(() => findInstallation({ loadBalancers: 0 }, folders));
  expect(error.message).toBe(
    `RabbitMQ is not installed: looked for rabbitmq-server in ${folders.join(', ')}.`,
  );
  expect(error.hint).toContain('npm run setup');
  expect(error.hint).toContain('--url');
});

test('HAProxy is missed only when a load balancer is asked for', () => {
  const root = temporaryStateRoot();
  program(root, 'rabbitmq-server');
  program(root, 'epmd');
  expect(findInstallation({ loadBalancers: 0 }, [root]).haproxy).toBeUndefined();
  expect(() => findInstallation({ loadBalancers: 1 }, [root])).toThrow('HAProxy is not installed');
});

test('the wrapper of Debian is passed over for the real script behind it', () => {
  const root = temporaryStateRoot();
  const [sbin, bin] = [join(root, 'sbin'), join(root, 'bin')];
  mkdirSync(sbin);
  symlinkSync(program(root, 'lib', 'rabbitmq-script-wrapper'), join(sbin, 'rabbitmq-server'));
  const real = program(bin, 'rabbitmq-server');
  program(bin, 'epmd');
  expect(findInstallation({ loadBalancers: 0 }, [sbin, bin]).rabbitmqServer).toBe(real);
});

test('a file that cannot be executed is no program', () => {
  const root = temporaryStateRoot();
  chmodSync(program(root, 'rabbitmq-server'), 0o644);
  expect(() => findInstallation({ loadBalancers: 0 }, [root])).toThrow('RabbitMQ is not installed');
});
