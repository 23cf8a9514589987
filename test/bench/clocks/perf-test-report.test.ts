import { describe, expect, test } from 'vitest';
import { readPerfTestReport, secondsFrom } from './perf-test-report.js';

const withConsumer = `id: test-181225-489, starting consumer #0
id: test-181225-489, starting producer #0, channel #0
id: test-181225-489, time 1.002 s, sent: 85 msg/s, confirmed: 65 msg/s, nacked: 0 msg/s, received: 65 msg/s, min/median/75th/95th/99th consumer latency: 12845/38811/68608/84263/87578 µs, confirm latency: 9740/46071/80755/113573/115791 µs
id: test-181225-489, time 2.000 s, sent: 10018 msg/s, received: 9955 msg/s, min/median/75th/95th/99th consumer latency: 55/287/411/4327/8686 µs
test stopped (Reached time limit)
id: test-181225-489, sending rate avg: 9574 msg/s
id: test-181225-489, receiving rate avg: 9574 msg/s
id: test-181225-489, consumer latency min/median/75th/95th/99th 40/1036/2347/14350/39978 µs
id: test-181225-489, confirm latency min/median/75th/95th/99th 36/389/1124/7315/44645 µs
`;

const withoutConsumer = `id: test-181233-502, starting producer #0
id: test-181233-502, time 1.001 s, sent: 83 msg/s
test stopped (Reached time limit)
id: test-181233-502, sending rate avg: 83 msg/s
id: test-181233-502, receiving rate avg: 0 msg/s
`;

describe('what PerfTest printed', () => {
  test('is read as the whole run and each interval, by the consumer and not by confirms', () => {
    expect(readPerfTestReport(withConsumer)).toEqual({
      sentPerSecond: 9574,
      latency: {
        minMicros: 40,
        medianMicros: 1036,
        p75Micros: 2347,
        p95Micros: 14_350,
        p99Micros: 39_978,
      },
      intervals: [
        {
          atSeconds: 1.002,
          latency: {
            minMicros: 12_845,
            medianMicros: 38_811,
            p75Micros: 68_608,
            p95Micros: 84_263,
            p99Micros: 87_578,
          },
        },
        {
          atSeconds: 2,
          latency: {
            minMicros: 55,
            medianMicros: 287,
            p75Micros: 411,
            p95Micros: 4327,
            p99Micros: 8686,
          },
        },
      ],
    });
  });

  test('holds no latency when nothing was received', () => {
    const expected = { sentPerSecond: 83, latency: undefined, intervals: [] };
    expect(readPerfTestReport(withoutConsumer)).toEqual(expected);
  });

  test('is refused without its summary', () => {
    const cut = withConsumer.slice(0, withConsumer.indexOf('id: test-181225-489, sending rate'));
    expect(() => readPerfTestReport(cut)).toThrow('no summary');
  });
});

describe('PerfTest’s seconds', () => {
  const latency = (p99Micros: number) => ({
    minMicros: 1,
    medianMicros: 2,
    p75Micros: 3,
    p95Micros: 4,
    p99Micros,
  });
  const report = {
    sentPerSecond: 10,
    latency: undefined,
    intervals: [900, 20, 500, 10].map((p99Micros, i) => ({
      atSeconds: i + 1,
      latency: latency(p99Micros),
    })),
  };

  test('are those after the warm-up, the middle one and the worst', () => {
    const expected = { middle: latency(20), worst: latency(500) };
    expect(secondsFrom(report, 1, 'p99Micros')).toEqual(expected);
  });

  test('must be there', () => {
    expect(() => secondsFrom(report, 4, 'p99Micros')).toThrow('nothing after its warm-up');
  });
});
