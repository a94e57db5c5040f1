import { emptyHistogram, histogramBin } from '../../../../env/histogram.ts';
import type { RoutedWorld, RouterTotals } from '../../../../env/twin/parts.ts';

/** What a test says happened. */
export class FakeWorld implements RoutedWorld {
  readonly routes: Parameters<RoutedWorld['route']>[0][] = [];
  now: RouterTotals = {
    steps: 0,
    requests: [0, 0],
    inTime: [0, 0],
    late: [0, 0],
    lost: [0, 0],
    spilled: 0,
    queue: [0, 0],
    busySlotSeconds: [0, 0],
    ready: [2, 0],
    latency: emptyHistogram(),
    latencySeconds: 0,
  };

  route(setting: Parameters<RoutedWorld['route']>[0]): void {
    this.routes.push(setting);
  }

  totals(): RouterTotals {
    return this.now;
  }

  /** Adds answers in time of the first class, each of so many milliseconds. */
  answer(count: number, milliseconds: number): void {
    const { requests, inTime, latency } = this.now;
    const filled = latency.slice();
    filled[histogramBin(milliseconds)]! += count;
    this.now = {
      ...this.now,
      steps: this.now.steps + 1,
      requests: [requests[0]! + count, requests[1]!],
      inTime: [inTime[0]! + count, inTime[1]!],
      latency: filled,
      busySlotSeconds: [this.now.busySlotSeconds[0]! + (count * milliseconds) / 1000, 0],
    };
  }
}
