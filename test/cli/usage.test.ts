import { describe, expect, test } from 'vitest';
import { rmqbench } from '../support/rmqbench.js';

/** What the program says when it is used wrongly: never a stack, always exit code 2 and a way out. */
describe('used wrongly', () => {
  test.each([
    { given: [], says: 'Which command?' },
    { given: ['runn', 'profiles/quickstart.yaml'], says: 'Did you mean run?' },
    { given: ['run'], says: 'Not enough non-option arguments' },
    { given: ['run', 'profiles/quickstart.yaml', '--foo'], says: 'Unknown argument: foo' },
    { given: ['run', 'profiles/quikstart.yaml'], says: 'profiles/quikstart.yaml: no such file' },
    {
      given: ['run', 'profiles/quickstart.yaml', '--set', 'measure.warmup=3'],
      says: '--set measure.warmup=3: measure.warmup must be a duration',
    },
    {
      given: ['run', 'profiles/quickstart.yaml', '--only', 'queues.mirrors=some'],
      says: 'It varies queues.mirrors: none, all.',
    },
    {
      given: ['run', 'profiles/quickstart.yaml', '--out', '/dev/null/result.json'],
      says: 'cannot write the result to /dev/null/result.json',
    },
    {
      given: ['run', 'profiles/quickstart.yaml', 'profiles/mirror-latency.yaml', '--out', 'r.json'],
      says: '--out names one file, and there are several profiles',
    },
    { given: ['run', 'profiles/quickstart.yaml', '--out'], says: 'Not enough arguments' },
    {
      given: ['calibrate', '--duration', '3'],
      says: '--duration 3: must be a duration from 100ms',
    },
    { given: ['calibrate', '--duration', '2m'], says: 'Write it with its unit' },
    { given: ['calibrate', '--rounds', '0'], says: '--rounds 0: must be a whole number from 1' },
    { given: ['calibrate', '--rounds', '1.5'], says: '--rounds 1.5: must be a whole number' },
    { given: ['calibrate', '--only', 'sink'], says: 'Choices: "publish", "publish-confirm"' },
    { given: ['calibrate', '--client', 'pika'], says: 'Choices: "wire", "amqplib"' },
    { given: ['calibrate', 'profiles/quickstart.yaml'], says: 'Unknown argument' },
    { given: ['cluster', 'sideways', 'profiles/quickstart.yaml'], says: 'sideways' },
  ])('by $given: says "$says"', async ({ given, says }) => {
    const { code, stdout, stderr } = await rmqbench(given);

    expect(stdout + stderr).toContain(says);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(code).toBe(2);
  });

  test('shows with --debug where the error arose', async () => {
    const { stderr } = await rmqbench(['validate', 'nowhere.yaml', '--debug']);
    expect(stderr).toMatch(/\n {4}at /);
  });
});

describe('help', () => {
  test.each([['run'], ['validate'], ['schema'], ['cluster'], ['calibrate']])(
    'of %s has an example',
    async (command) => {
      const { code, stdout } = await rmqbench([command, '--help']);

      expect(stdout).toContain('Examples:');
      expect(code).toBe(0);
    },
  );
});
