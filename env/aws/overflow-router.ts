import type { ClassOutcome } from '../types.ts';
import type { RouterSetting } from './router/thresholds.ts';

/** What the overflow router counted since its last reading, and how it stands now: second-fresh, where CloudWatch is minutes late. */
export interface RouterReading {
  /** The time that the counts cover; it ended just now. */
  readonly seconds: number;
  /** Arrivals per second in equal parts of `seconds`, oldest first; a single one where nothing was counted in between. */
  readonly arrivals: readonly number[];
  /** [class] As in an Outcome: what arrived, and what was answered or lost in that time. */
  readonly classes: readonly ClassOutcome[];
  /** Requests sent to Lambda. */
  readonly spilled: number;
  /** [variant] Answers of each; null where nothing tells them apart: all count for the variant in force. */
  readonly answeredBy: readonly number[] | null;
  /** [class] Waiting for a VM now. */
  readonly queue: readonly number[];
  /** [pool] Busy share of its slots over that time, in [0, 1]; null: no server of it was up, or nothing tells. */
  readonly busyShare: readonly (number | null)[];
  /** [pool] Instances that it sends requests to now, or finds down; of others nothing is known. */
  readonly servers: readonly ReadonlyMap<string, boolean>[];
  /** Latencies of the answers in the bins of env/histogram.ts; null where the router knows only their mean. */
  readonly latency: Float64Array | null;
  /** Null: nothing was answered. */
  readonly meanLatencyMs: number | null;
}

/** The reading side of HAProxy; its thresholds are set through the Writer. */
export interface OverflowRouter {
  /** Null: it does not answer, or has nothing to compare with yet (the first reading, or after its restart). Never throws. */
  observe(): Promise<RouterReading | null>;
  /** What it goes by; null: it does not tell, or goes by nothing of the profile's. Never throws. */
  setting(): Promise<RouterSetting | null>;
  close(): Promise<void>;
}
