import { describe, test } from 'vitest';
import { expectMean, seeds } from '../confidence.ts';
import { erlangB, erlangC, runMarkovian, serviceSeconds } from './markovian.ts';
import { meanLatencySeconds } from './small-service.ts';

const minutes = 40;

describe('M/M/c', () => {
  test.each([
    [1, 6],
    [2, 15],
    [5, 43],
    [20, 180],
  ])('waits what Erlang C says: %d servers, %d/s', async (servers, perSecond) => {
    const offered = perSecond * serviceSeconds;
    const runs = await Promise.all(
      seeds(12).map((seed) => runMarkovian({ perSecond, servers, waitingRoom: null, minutes, seed })),
    );
    expectMean(
      runs.map((total) => meanLatencySeconds(total) - serviceSeconds),
      (erlangC(offered, servers) * serviceSeconds) / (servers - offered),
      0.003 * serviceSeconds, // the bins of the histogram
    );
  });

  test('without end lets nobody wait: M/M/∞', async () => {
    const runs = await Promise.all(
      seeds(8).map((seed) => runMarkovian({ perSecond: 50, servers: 40, waitingRoom: null, minutes: 10, seed })),
    );
    expectMean(
      runs.map((total) => total.busySlotSeconds[0]! / total.seconds),
      50 * serviceSeconds,
    );
    expectMean(runs.map(meanLatencySeconds), serviceSeconds, 0.003 * serviceSeconds);
  });
});

describe('M/M/c/K', () => {
  test.each([
    [1, 8, 0],
    [4, 40, 0],
    [10, 130, 0],
    [1, 12, 3],
    [3, 27, 5],
    [10, 100, 8],
  ])('loses what the balance equations say: %d servers, %d/s, %d may wait', async (servers, perSecond, waitingRoom) => {
    const offered = perSecond * serviceSeconds;
    // The geometric line on top of Erlang's loss: p(c + K) over the sum of all states.
    const ratio = offered / servers;
    const loss = erlangB(offered, servers);
    let states = 1;
    for (let waiting = 1; waiting <= waitingRoom; waiting++) states += loss * ratio ** waiting;
    const runs = await Promise.all(
      seeds(12).map((seed) => runMarkovian({ perSecond, servers, waitingRoom, minutes, seed })),
    );
    expectMean(
      runs.map((total) => total.classes[0]!.lost / total.classes[0]!.requests),
      (loss * ratio ** waitingRoom) / states,
    );
  });
});
