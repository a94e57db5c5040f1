import type { Deployment } from '../../deployment/deployment.ts';
import type { ServiceProfile } from '../../types.ts';
import type { BulkReads } from '../calls/bulk-reads.ts';
import type { FleetAccount } from '../fleet/fleet-account.ts';
import { cloudTraffic } from './cloud-traffic.ts';
import { MetricBook } from './metric-book.ts';
import {
  allQueries,
  answerQueries,
  countQueries,
  type ServiceMetrics,
  serviceMetrics,
  workQueries,
} from './metric-queries.ts';
import { bucketMs, type MetricQuery } from './metric-query.ts';
import { inBins, type Seen } from './observation.ts';
import { addTraffic, type Traffic } from './traffic.ts';
import type { Window } from './window.ts';

/** Metrics older than this tell nothing of now, unless the deployment reads them so late on purpose. */
const staleMs = 300_000;
/** A minute is final this long after it is first read. */
const settlingMs = 60_000;

/** How late CloudWatch is, for instruments and the doctor. */
export interface Lateness {
  /** Of the newest bucket with a value; null: there is none. */
  readonly newestAgeSeconds: number | null;
  /** The most that a bucket was seen to be late within the last hour, beyond its end. */
  readonly learnedDelaySeconds: number;
  /** Buckets that changed after they were first read. */
  readonly revised: number;
  /** Buckets of the last window without a value, of all series. */
  readonly missing: number;
}

/** CloudWatch over time: a window that is read again at every observation, its newest interval, and its final minutes. */
export class CloudReader {
  readonly metrics: ServiceMetrics;
  readonly book: MetricBook;
  readonly #profile: ServiceProfile;
  readonly #offsetMs: number;
  readonly #windowMs: number;
  readonly #reads: BulkReads;
  readonly #counts: readonly MetricQuery[];
  #window: Window = { fromMs: 0, toMs: 0 };
  #isFirst = true;
  #readAtMs = Number.NEGATIVE_INFINITY;
  /** Of the last reading nothing was missing. */
  #isWhole = false;
  /** Start of the oldest minute that has not been told. */
  #untoldMs: number;

  constructor(profile: ServiceProfile, deployment: Deployment, reads: BulkReads, fromMs: number) {
    this.#profile = profile;
    this.metrics = serviceMetrics(deployment, profile);
    const { targets, functions, liveness, witness } = this.metrics;
    const published = [...targets.map(({ requests }) => requests), ...functions.map(({ invocations }) => invocations)];
    this.book = new MetricBook(allQueries(this.metrics), { alive: [...liveness, ...published], witness });
    this.#offsetMs = deployment.metrics.offsetSeconds * 1000;
    this.#windowMs = deployment.metrics.windowSeconds * 1000;
    this.#reads = reads;
    this.#counts = countQueries(this.metrics);
    this.#untoldMs = Math.ceil(fromMs / bucketMs) * bucketMs;
  }

  /**
   * Never throws: what could not be read is older than this reading. Within a minute nothing new comes, and is not paid for. `variant`: in
   * force; null: nobody knows yet.
   */
  async read(nowMs: number, variant: number | null): Promise<void> {
    const toMs = Math.floor((nowMs - this.#offsetMs) / bucketMs) * bucketMs;
    if (toMs === this.#window.toMs && this.#isWhole) return;
    this.#readAtMs = nowMs;
    // A clock that was ahead and is set back: what was left out in between stays so, and minutes are told again from here on.
    if (toMs < this.#window.toMs) this.#untoldMs = Math.min(this.#untoldMs, toMs);
    this.#window = { fromMs: toMs - Math.ceil(this.#windowMs / bucketMs) * bucketMs, toMs };
    const asked = this.#asked(variant);
    const read = await this.#reads.metrics(asked, this.#window);
    this.book.take(asked, read, this.#window, nowMs);
    this.#isWhole = read.every((points) => points !== null);
  }

  /** The newest decision interval of which something is known from the last reading; null: none that is not stale. */
  newest(nowMs: number, fleet: FleetAccount): Seen | null {
    const minutes = Math.max(1, Math.ceil((this.#profile.decisionSeconds * 1000) / bucketMs));
    const longestMs = Math.max(staleMs, this.#offsetMs + bucketMs) + bucketMs;
    for (let endMs = this.#window.toMs; nowMs - endMs < longestMs; endMs -= bucketMs) {
      const traffic = Array.from({ length: minutes }, (_, index) =>
        this.traffic(endMs - (minutes - index) * bucketMs, this.#readAtMs),
      );
      if (traffic.every(({ requests, spilled }) => (requests ?? spilled) !== null)) {
        return this.#seen(traffic, endMs, nowMs, fleet);
      }
    }
    return null;
  }

  /** What was read at `readSinceMs` or later of the minute that begins then. */
  traffic(startMs: number, readSinceMs: number): Traffic {
    return cloudTraffic(this.book.minute(startMs, readSinceMs), this.metrics, this.#profile);
  }

  /**
   * Hands over each minute that will not change any more, oldest first and once, as long as `tell` takes them. One that is not
   * whole is waited for until it leaves the window. Returns the end of the newest that was told; null: none was.
   */
  takeFinal(nowMs: number, tell: (startMs: number, readSinceMs: number) => boolean): number | null {
    let toldUntilMs: number | null = null;
    const finalMs = this.#finalMs;
    this.#untoldMs = Math.max(this.#untoldMs, this.#window.fromMs);
    while (nowMs - this.#untoldMs - bucketMs >= finalMs) {
      const endMs = this.#untoldMs + bucketMs;
      if (tell(this.#untoldMs, endMs + finalMs)) toldUntilMs = endMs;
      else if (endMs > this.#window.fromMs + bucketMs) break;
      this.#untoldMs = endMs;
    }
    return toldUntilMs;
  }

  lateness(nowMs: number): Lateness {
    const series = this.book.queries.map((query) => this.book.series(query));
    const newest = series.map(({ newestMs }) => newestMs).filter((startMs) => startMs !== null);
    return {
      newestAgeSeconds: newest.length === 0 ? null : (nowMs - Math.max(...newest) - bucketMs) / 1000,
      learnedDelaySeconds: Math.max(0, ...series.map(({ learnedDelaySeconds }) => learnedDelaySeconds)),
      revised: series.reduce((sum, { revised }) => sum + revised, 0),
      missing: series.reduce((sum, one) => sum + one.missing(this.#window), 0),
    };
  }

  /**
   * Of idle target groups and functions only whether they are: each series costs. Once one has traffic the whole window of its answers is
   * read, one observation later, before its minutes are final. The function that should have traffic is never taken to be idle.
   */
  #asked(variantInForce: number | null): MetricQuery[] {
    const { fromMs } = this.#window;
    const isBusy = (query: MetricQuery) => (this.book.series(query).newestMs ?? Number.NEGATIVE_INFINITY) >= fromMs;
    const isAll = this.#isFirst;
    this.#isFirst = false;
    const { targets, functions } = this.metrics;
    return [
      ...this.#counts,
      ...targets.filter(({ requests }) => isAll || isBusy(requests)).flatMap(answerQueries),
      ...functions
        .filter(({ variant, invocations }) => isAll || variant === variantInForce || isBusy(invocations))
        .flatMap(workQueries),
    ];
  }

  /** Age at which a minute is final: later where buckets have been seen to come later, but while it is still read. */
  get #finalMs(): number {
    const learnedMs =
      1000 * Math.max(0, ...this.book.queries.map((query) => this.book.series(query).learnedDelaySeconds));
    const wished = Math.max(this.#offsetMs + settlingMs, Math.min(learnedMs, staleMs));
    return Math.min(wished, this.#offsetMs + this.#windowMs - 2 * bucketMs);
  }

  #seen(minutes: readonly Traffic[], endMs: number, nowMs: number, fleet: FleetAccount): Seen {
    const traffic = minutes.reduce(addTraffic);
    const { seconds, waitSeconds } = traffic;
    const rates = minutes.map(({ requests }) => (requests === null ? null : requests / (bucketMs / 1000)));
    return {
      ageSeconds: (nowMs - endMs) / 1000,
      traffic,
      arrivals: rates.includes(null) ? null : inBins(rates as number[], seconds, this.#profile),
      queue: this.#profile.slo.classes.map(({ share }) =>
        waitSeconds === null ? null : (share * waitSeconds) / seconds,
      ),
      readySlotSeconds: fleet.between(endMs - seconds * 1000, endMs).readySlotSeconds,
    };
  }
}
