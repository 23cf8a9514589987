import { describe, expect, test } from 'vitest';
import { firstText, kinds } from './judged.js';

describe('connections', () => {
  test('that were lost are told with how often and for how long', () => {
    const connections = { lost: 12, downSeconds: 9.96, longestDownSeconds: 0.83 };
    expect(kinds({ connections })).toEqual(['connections-lost']);
    expect(firstText({ connections })).toMatch(/lost 12 times.* 9\.96 s in all, 830 ms at most/);
  });

  test('that were blocked are told with how often and for how long', () => {
    const connections = { blocked: 1, blockedSeconds: 2.1, longestBlockedSeconds: 2.1 };
    expect(kinds({ connections })).toEqual(['connections-blocked']);
    expect(firstText({ connections })).toMatch(/connections once, for 2\.10 s in all/);
  });
});
