import type { ServiceProfile } from '../../types.ts';
import { faultOf } from '../calls/classify.ts';
import type { Fault } from '../calls/fault.ts';
import type { OverflowRouter, RouterReading } from '../overflow-router.ts';
import { readCounts } from './counts.ts';
import { beganAnew, lostSoFar, readingOf, type Sample } from './reading.ts';
import type { RuntimeSocket } from './runtime-socket.ts';
import { type RouterSetting, settingIn } from './thresholds.ts';

export interface HaproxyRouterOptions {
  readonly profile: ServiceProfile;
  readonly socket: Pick<RuntimeSocket, 'askAll' | 'close'>;
  /** The entries of its settings map; absent: nobody wants to know. */
  readonly settings?: () => Promise<ReadonlyMap<string, string>>;
  /** Time that passes at its own pace whatever is done to the clock: lengths are taken of it. In a rehearsal the twin's. */
  readonly monotonicMs: () => number;
  /** Beats until it is stopped: the counts are read at each beat too, so that arrivals have their bins. Absent: at decisions alone. */
  readonly every?: (seconds: number, beat: () => void) => () => void;
}

/** Bins between two decisions that are kept, should nobody decide for long. */
const mostSamples = 1000;

/** HAProxy as a source of fresh counts. What of them is measured and what is estimated: docs/router.md. */
export class HaproxyRouter implements OverflowRouter {
  readonly #options: HaproxyRouterOptions;
  readonly #stop: () => void;
  /** Since the last reading, which ended with the first. */
  #samples: Sample[] = [];
  /** [class] Counted as lost up to the first sample. */
  #lost: readonly number[] = [];
  #fault: Fault | null = null;
  #turn: Promise<boolean> = Promise.resolve(true);

  constructor(options: HaproxyRouterOptions) {
    this.#options = options;
    this.#stop = options.every?.(options.profile.metrics.binSeconds, () => void this.#take()) ?? (() => {});
  }

  /** Why the last reading failed. */
  get fault(): Fault | null {
    return this.#fault;
  }

  async observe(): Promise<RouterReading | null> {
    if (!(await this.#take())) return null;
    const samples = this.#samples;
    const last = samples.at(-1)!;
    if (samples.length < 2 || last.atMs <= samples[0]!.atMs) return null;
    const reading = readingOf(this.#options.profile, samples, this.#lost);
    this.#begin(last);
    return reading;
  }

  async setting(): Promise<RouterSetting | null> {
    const { settings, profile } = this.#options;
    try {
      return settings === undefined ? null : settingIn(await settings(), profile);
    } catch (error) {
      this.#fault = faultOf(error, 'the settings of the router');
      return null;
    }
  }

  async close(): Promise<void> {
    this.#stop();
    this.#options.socket.close();
  }

  /** Whether the router answered. Never throws. One after another, so that counts do not overtake each other. */
  #take(): Promise<boolean> {
    this.#turn = this.#turn.then(() => this.#read());
    return this.#turn;
  }

  async #read(): Promise<boolean> {
    const { socket, profile, monotonicMs } = this.#options;
    try {
      const counts = await readCounts(socket, profile);
      const sample = { atMs: monotonicMs(), counts };
      const last = this.#samples.at(-1);
      if (last === undefined || beganAnew(last.counts, counts)) this.#restart(sample);
      else this.#add(sample, last);
      this.#fault = null;
      return true;
    } catch (error) {
      this.#fault = faultOf(error, 'the statistics of the router');
      return false;
    }
  }

  /** In place of the last one where there are many, or no time has passed: the twin's may stand still. */
  #add(sample: Sample, last: Sample): void {
    if (sample.atMs > last.atMs && this.#samples.length < mostSamples) this.#samples.push(sample);
    else if (this.#samples.length > 1) this.#samples[this.#samples.length - 1] = sample;
  }

  /** There is nothing to compare with. */
  #restart(sample: Sample): void {
    this.#lost = [];
    this.#begin(sample);
  }

  #begin(sample: Sample): void {
    this.#lost = lostSoFar(sample.counts, this.#lost);
    this.#samples = [sample];
  }
}
