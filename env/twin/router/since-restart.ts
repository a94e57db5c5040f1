import type { RoutedWorld, RouterTotals } from '../parts.ts';

/** The world as a router that begins now sees it: nothing has come yet but those who wait. */
export class SinceRestart implements RoutedWorld {
  readonly #world: RoutedWorld;
  readonly #before: RouterTotals;

  constructor(world: RoutedWorld) {
    this.#world = world;
    this.#before = world.totals();
  }

  route(setting: Parameters<RoutedWorld['route']>[0]): void {
    this.#world.route(setting);
  }

  totals(): RouterTotals {
    const [before, now] = [this.#before, this.#world.totals()];
    const since = (of: (totals: RouterTotals) => readonly number[]) => of(now).map((one, k) => one - of(before)[k]!);
    return {
      ...now,
      requests: since(({ requests }) => requests).map((count, k) => count + before.queue[k]!),
      inTime: since(({ inTime }) => inTime),
      late: since(({ late }) => late),
      lost: since(({ lost }) => lost),
      spilled: now.spilled - before.spilled,
      busySlotSeconds: since(({ busySlotSeconds }) => busySlotSeconds),
      latency: now.latency.map((count, bin) => count - before.latency[bin]!),
      latencySeconds: now.latencySeconds - before.latencySeconds,
    };
  }
}
