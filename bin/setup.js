#!/usr/bin/env node
/*
 * Makes a fresh machine ready: npm packages, RabbitMQ and HAProxy, the build. What is there already
 * is left alone, so it may run as often as you like. It needs nothing but Node.js itself.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const exitUsage = 2;
const exitTestbed = 3;

checkNode();
installNpmPackages();
installSystemPackages();
build();

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`rmqbench needs Node.js 20.19 or newer; this is ${process.versions.node}.`, exitUsage);
}

function installNpmPackages() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const note = join(root, 'node_modules', '.rmqbench-lock');
  if (existsSync(note) && readFileSync(note, 'utf8') === wanted) return;
  say('installing npm packages');
  // Not `npm ci`: it refuses a lock file that lacks optional packages of other platforms, which a
  // registry that mirrors only some of them makes npm leave out.
  run('npm', ['install', '--no-save'], 'npm could not install the packages.');
  writeFileSync(note, wanted);
}

function installSystemPackages() {
  const programs = [
    { package: 'rabbitmq-server', isThere: hasRabbitmq() },
    { package: 'haproxy', isThere: onPath('haproxy') },
  ];
  const missing = programs.filter(({ isThere }) => !isThere).map((program) => program.package);
  if (missing.length === 0) return;
  if (!onPath('apt-get')) {
    const names = missing.join(' and ');
    fail(`Please install ${names} (on macOS: brew install rabbitmq haproxy).`, exitTestbed);
  }
  say(`installing ${missing.join(' and ')} with apt-get`);
  withoutStartingServices(() => {
    const environment = { DEBIAN_FRONTEND: 'noninteractive' };
    const hint = `Please install ${missing.join(' and ')} yourself.`;
    runAsRoot(['apt-get', 'update', '-q'], hint, environment);
    const install = ['apt-get', 'install', '-q', '-y', '--no-install-recommends', ...missing];
    runAsRoot(install, hint, environment);
  });
}

/** Debian's packages start their services unless a policy forbids it; the testbed has its own. */
function withoutStartingServices(install) {
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = isRoot() && !existsSync(policy);
  if (isOurs) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    install();
  } finally {
    if (isOurs) rmSync(policy);
  }
}

function build() {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  run(process.execPath, [compiler, '-p', 'tsconfig.build.json'], 'The build failed.');
}

function hasRabbitmq() {
  return isExecutable('/usr/lib/rabbitmq/bin/rabbitmq-server') || onPath('rabbitmq-server');
}

function onPath(program) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return folders.some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isRoot() {
  return process.getuid?.() === 0;
}

function runAsRoot(command, hint, environment) {
  const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const [program, ...rest] = [...(isRoot() ? [] : ['sudo']), 'env', ...settings, ...command];
  run(program, rest, hint);
}

function run(program, parameters, hint) {
  const { status, error } = spawnSync(program, parameters, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  fail(`${program} ${parameters.join(' ')}: ${error?.message ?? `exit code ${status}`}. ${hint}`);
}

function say(text) {
  console.log(`setup: ${text}`);
}

function fail(text, code = 1) {
  console.error(`setup: ${text}`);
  process.exit(code);
}
