import { describe, expect, test } from 'vitest';
import { noLies } from '../../support/random-lies.js';
import { brokerFor } from './support/amqplib-connection.js';
import { expectTheTruth, trialWith } from './support/lying-trial.js';

const messages = 200;
/** Of the two publishers of a trial. */
const published = 2 * messages;

describe('a broker that keeps the truth', () => {
  test('and tells no lie delivers every message once, in order, and confirms it', async () => {
    const trial = await trialWith({});
    expectTheTruth(trial);
    const { figures } = trial.truth;
    expect(figures).toMatchObject({
      confirmed: published,
      delivered: published,
      unique: published,
    });
    expect(figures).toMatchObject({
      redelivered: 0,
      duplicated: 0,
      reordered: 0,
      neverDelivered: 0,
    });
  });

  test('does not start when it could deliver nothing', async () => {
    await expect(brokerFor({ mode: 'sink', lies: noLies })).rejects.toThrow(RangeError);
  });

  test('is none without lies', async () => {
    const broker = await brokerFor();
    expect(() => broker.truth()).toThrow('started with lies');
  });
});

describe('of the messages of a publisher, a lying broker', () => {
  test('drops some that it confirms', async () => {
    const trial = await trialWith({ drop: 0.1 });
    expectTheTruth(trial);
    const { figures } = trial.truth;
    expect(figures.neverDelivered).toBeGreaterThan(0);
    expect(figures).toMatchObject({
      confirmed: published,
      delivered: published - figures.neverDelivered,
    });
  });

  test('refuses some, which nobody gets', async () => {
    const trial = await trialWith({ nack: 0.1 });
    expectTheTruth(trial);
    const { figures } = trial.truth;
    expect(figures.nacked).toBeGreaterThan(0);
    expect(figures).toMatchObject({ unique: published - figures.nacked, neverDelivered: 0 });
  });

  test('refuses some, which are delivered all the same', async () => {
    const trial = await trialWith({ nackAndKeep: 0.1 });
    expectTheTruth(trial);
    const { figures } = trial.truth;
    expect(figures.nacked).toBeGreaterThan(0);
    expect(figures).toMatchObject({ confirmed: published - figures.nacked, unique: published });
  });

  test('gives some back that are mandatory, although a queue is bound', async () => {
    const trial = await trialWith({ returnRoutable: 0.1 }, { publish: { mandatory: true } });
    expectTheTruth(trial);
    const { figures } = trial.truth;
    expect(figures.returned).toBeGreaterThan(0);
    expect(figures).toMatchObject({ confirmed: published, unique: published - figures.returned });
    expect(figures.neverDelivered).toBe(0);
  });

  test('gives none back that is not mandatory', async () => {
    const { truth } = await trialWith({ returnRoutable: 0.1 });
    expect(truth.figures).toMatchObject({ returned: 0, unique: published });
  });

  test('takes some as an occasion to block the connection for a while', async () => {
    const trial = await trialWith({ block: 1 });
    expectTheTruth(trial);
    for (const { blocked } of trial.publishers) expect(blocked).toBeGreaterThan(0);
    const told = trial.truth.log.filter(({ kind }) => kind === 'blocked').length;
    expect(trial.publishers.reduce((sum, { blocked }) => sum + blocked, 0)).toBe(told);
  });
});

describe('of the messages of a queue, a lying broker', () => {
  test('delivers some twice, and says nothing', async () => {
    const trial = await trialWith({ duplicate: 0.1 });
    expectTheTruth(trial);
    const { figures } = trial.truth;
    expect(figures.duplicated).toBeGreaterThan(0);
    expect(figures.delivered).toBe(published + figures.duplicated);
    expect(figures.redelivered).toBe(0);
  });

  test('delivers some twice, the second time with the redelivered flag', async () => {
    const trial = await trialWith({ repeatFlagged: 0.1 });
    expectTheTruth(trial);
    const { figures } = trial.truth;
    expect(figures.redelivered).toBeGreaterThan(0);
    expect(figures).toMatchObject({
      delivered: published + figures.redelivered,
      duplicated: 0,
      reordered: 0,
    });
  });

  test('lets some change places with their successors', async () => {
    const trial = await trialWith({ swap: 0.1 }, { consumesAfterwards: true });
    expectTheTruth(trial);
    const { figures } = trial.truth;
    expect(figures.reordered).toBeGreaterThan(0);
    expect(figures).toMatchObject({ delivered: published, unique: published, duplicated: 0 });
  });

  test('loses none that has no successor to change places with', async () => {
    const trial = await trialWith({ swap: 1 }, { messages: 1 });
    expect(trial.truth.figures).toMatchObject({ delivered: 2, neverDelivered: 0 });
  });

  for (const noAck of [false, true]) {
    test(`dead-letters some ${noAck ? 'without' : 'with'} acknowledgements`, async () => {
      const trial = await trialWith({ deadLetter: 0.1 }, { noAck });
      expectTheTruth(trial);
      const { figures, log } = trial.truth;
      const dead = log.filter((entry) => entry.kind === 'delivered' && entry.trip !== 'none');
      expect(dead.length).toBeGreaterThan(0);
      expect(new Set(dead.map((entry) => 'trip' in entry && entry.trip))).toEqual(
        new Set(['dead-lettered']),
      );
      expect(figures).toMatchObject({ redelivered: dead.length, unique: published });
    });
  }
});

describe('of its connections, a lying broker', () => {
  test('ends some by a word and some without, and what it has written arrives', async () => {
    const trial = await trialWith({ closeConnection: 0.02 });
    expectTheTruth(trial);
    const ends = trial.truth.log.flatMap((entry) =>
      entry.kind === 'connection ended' ? [entry.how] : [],
    );
    expect(new Set(ends)).toEqual(new Set(['told', 'silent']));
    expect(trial.truth.figures).toMatchObject({ unique: published, neverDelivered: 0 });
    expect(trial.truth.figures.redelivered).toBeGreaterThan(0);
  });

  test('resets some if it may, and what it cannot have delivered comes again', async () => {
    const { truth, consumers } = await trialWith({ closeConnection: 0.02, reset: true });
    const resets = truth.log.filter(
      (entry) => entry.kind === 'connection ended' && entry.how === 'reset',
    );
    expect(resets.length).toBeGreaterThan(0);
    const seen = consumers.flatMap((consumer) => consumer.seen);
    const identities = seen.map(({ publisher, sequence }) => `${publisher}:${sequence}`);
    expect(new Set(identities).size).toBe(published);
  });

  test('ends some channels', async () => {
    const trial = await trialWith({ closeChannel: 0.02 });
    expectTheTruth(trial);
    expect(trial.truth.log.some(({ kind }) => kind === 'channel ended')).toBe(true);
    expect(trial.truth.figures).toMatchObject({ unique: published, neverDelivered: 0 });
  });

  test('leaves some messages in doubt, which come again when they are sent again', async () => {
    const { truth } = await trialWith({ closeConnection: 0.02 });
    const again = [...truth.received].filter((message) => truth.received.count(message) > 1);
    expect(again.length).toBeGreaterThan(0);
    const first = again.find((message) => truth.plain.count(message) > 1);
    expect(first).toBeDefined();
    expect(truth.figures).toMatchObject({ duplicated: 0, reordered: 0 });
  });

  test('forgets what was unacknowledged', async () => {
    const trial = await trialWith({ closeConnection: 0.02, loseUnacknowledged: true });
    expectTheTruth(trial);
    expect(trial.truth.log.some(({ kind }) => kind === 'forgotten')).toBe(true);
    expect(trial.truth.figures.redelivered).toBe(0);
  });

  test('does not mark what comes back', async () => {
    const trial = await trialWith({ closeConnection: 0.02, requeueUnflagged: true });
    expectTheTruth(trial);
    expect(trial.truth.figures.duplicated).toBeGreaterThan(0);
    expect(trial.truth.figures.redelivered).toBe(0);
  });

  test('counts messages as sent that a consumer without acknowledgements never gets', async () => {
    const plan = { noAck: true, consumesAfterwards: true };
    const trial = await trialWith({ closeConnection: 0.01, loseSent: 10 }, plan);
    expectTheTruth(trial);
    const { figures } = trial.truth;
    expect(figures.lostSent).toBeGreaterThan(0);
    expect(figures.neverDelivered).toBe(figures.lostSent);
  });
});
