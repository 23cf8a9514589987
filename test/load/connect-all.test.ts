import { describe, expect, test } from 'vitest';
import { connectAll } from '../../src/load/connect-all.js';

const many = Array.from({ length: 250 }, (_, i) => i);

/** Lets what was queued happen. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('connecting many', () => {
  test('connects each of them once, in their order', async () => {
    const connected: number[] = [];
    await connectAll(many, async (one) => void connected.push(one));
    expect(connected).toEqual(many);
  });

  test('opens no more than a hundred at a time', async () => {
    const opening: (() => void)[] = [];
    const all = connectAll(many, () => new Promise((resolve) => opening.push(resolve)));
    const together: number[] = [];
    while (opening.length > 0) {
      together.push(opening.length);
      for (const open of opening.splice(0)) open();
      await settle();
    }
    await all;
    expect(together).toEqual([100, 100, 50]);
  });

  test('fails with the first failure, and opens none of the later ones', async () => {
    const connected: number[] = [];
    const failing = connectAll(many, async (one) => {
      if (one === 3) throw new Error('refused');
      connected.push(one);
    });
    await expect(failing).rejects.toThrow('refused');
    await settle();
    expect(connected).toHaveLength(99);
  });
});
