import type { Call } from '../../env/twin/call-log.ts';
import type { Fault } from '../../env/twin/faults/fault.ts';
import type { Inside } from '../../env/twin/inside.ts';
import type { Output } from '../../env/twin/operation.ts';
import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { vmUsdPerHour } from '../../env/vm-price.ts';
import { Aliases } from './aliases.ts';
import type { Caller } from './caller.ts';
import { isAnnounced, isCommandAnnounced } from './intents.ts';
import type { LeaseHolder } from './lease-holder.ts';
import { capUsdPerHour } from './setting.ts';

export interface Promises {
  readonly inside: Inside;
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly lease: LeaseHolder;
}

/** What a controller was told, and when. */
interface Told {
  /** When it made its first call. */
  readonly sinceMs: number;
  /** End of the newest minute of the load that it was given. */
  metricsEndMs: number;
  /** When that answer came, whole. */
  metricsMs: number;
  groupsMs: number;
}

/** What was read this long ago was not read for this decision. */
const decisionMs = 60_000;

/** Stands where calls come in, and holds each against what was promised, by its own arithmetic and the twin's own truth. */
export class Watch {
  readonly breaches: string[] = [];
  #writes = 0;
  #calls = 0;
  readonly #promises: Promises;
  readonly #aliases: Aliases;
  /** [run id] */
  readonly #told = new Map<string, Told>();

  constructor(promises: Promises) {
    this.#promises = promises;
    this.#aliases = new Aliases(promises.inside);
  }

  /** Calls that would change the service. */
  get writes(): number {
    return this.#writes;
  }

  get calls(): number {
    return this.#calls;
  }

  arrived(caller: Caller, call: Call): void {
    this.#calls++;
    this.#of(caller);
    if (call.service === 'lambda') this.#aliases.look(call);
    if (!call.isMutating) return;
    if (caller.mode === 'shadow') this.#breach(caller, call, 'is a write in shadow mode');
    if (call.service === 'dynamodb') return;
    this.#writes++;
    const holder = this.#promises.lease.holder();
    if (holder !== caller.runId) this.#breach(caller, call, `was sent while ${holder ?? 'nobody'} held the lease`);
    if (!isAnnounced(call, caller.journal)) this.#breach(caller, call, 'has no intent in the journal');
    if (call.operation === 'SetDesiredCapacity') this.#capacity(caller, call);
  }

  performed(caller: Caller, call: Call, output: Output, fault: Fault | null): void {
    this.#promises.lease.performed(call);
    if (call.operation === 'UpdateAlias') {
      const moved = this.#aliases.moved(call);
      if (moved !== null) this.#breach(caller, call, moved);
    }
    const told = this.#of(caller);
    const nowMs = this.#promises.inside.clock.nowMs();
    // Only of metrics a part can be left out, and only what is described can be of a while ago.
    const isWhole = fault === null || fault.kind === 'stale-describe';
    if (call.operation === 'DescribeAutoScalingGroups' && (isWhole || fault.kind === 'partial-data'))
      told.groupsMs = nowMs;
    if (!isWhole || !isOfLoad(call)) return;
    told.metricsMs = nowMs;
    told.metricsEndMs = Math.max(0, ...endsOf(output));
  }

  /** Of the overflow router. */
  commanded(caller: Caller, line: string): void {
    this.#calls++;
    if (line.startsWith('show ') || isOfConnection(line)) return;
    this.#writes++;
    if (caller.mode === 'shadow') this.breach(`${caller.runId}: "${line}" is a write in shadow mode`);
    const holder = this.#promises.lease.holder();
    if (holder !== caller.runId) this.breach(`${caller.runId}: "${line}" was sent while ${holder} held the lease`);
    if (!isCommandAnnounced(line, caller.journal))
      this.breach(`${caller.runId}: "${line}" has no intent in the journal`);
  }

  /** What it tells of the load is of now. */
  routerTold(caller: Caller, line: string, hasAnswered: boolean): void {
    if (line !== 'show stat' || !hasAnswered) return;
    const told = this.#of(caller);
    told.metricsMs = this.#promises.inside.clock.nowMs();
    told.metricsEndMs = told.metricsMs;
  }

  breach(said: string): void {
    this.breaches.push(`${this.#minute()}: ${said}`);
  }

  #capacity(caller: Caller, call: Call): void {
    const { inside, profile } = this.#promises;
    const wanted = call.input.DesiredCapacity as number;
    const pool = inside.groups.all.findIndex(({ name }) => name === call.input.AutoScalingGroupName);
    const { min, max } = profile.pools[pool]!;
    if (!Number.isInteger(wanted) || wanted < min || wanted > max) this.#breach(caller, call, 'is out of bounds');
    const { desired } = inside.groups.all[pool]!;
    const usdPerHour = this.#usdPerHourWith(pool, wanted);
    if (wanted > Math.max(desired, min) && usdPerHour > capUsdPerHour + 1e-9) {
      this.#breach(caller, call, `makes it $${usdPerHour.toFixed(3)} per hour, above $${capUsdPerHour}`);
    }
    if (wanted >= desired) return;
    const told = this.#of(caller);
    const nowMs = inside.clock.nowMs();
    if (nowMs - told.sinceMs < decisionMs) this.#breach(caller, call, 'is a cut by its first decision');
    const ageSeconds = (nowMs - told.metricsEndMs) / 1000;
    if (nowMs - told.metricsMs >= decisionMs) this.#breach(caller, call, 'is a cut, and the metrics were not read');
    else if (ageSeconds > freshSeconds(profile))
      this.#breach(caller, call, `is a cut on metrics of ${ageSeconds} s ago`);
    if (nowMs - told.groupsMs >= decisionMs) this.#breach(caller, call, 'is a cut, and the groups were not read');
  }

  #usdPerHourWith(changed: number, wanted: number): number {
    const { inside, profile, prices } = this.#promises;
    return inside.groups.all.reduce((sum, { desired }, pool) => {
      const count = pool === changed ? wanted : desired;
      return sum + count * vmUsdPerHour(profile.pools[pool]!, prices)!;
    }, 0);
  }

  #breach({ runId }: Caller, { operation, input }: Call, said: string): void {
    this.breach(`${runId}: ${operation} ${JSON.stringify(input).slice(0, 200)} ${said}`);
  }

  #minute(): string {
    return `minute ${(this.#promises.inside.clock.seconds() / 60).toFixed(0)}`;
  }

  #of({ runId }: Caller): Told {
    const sinceMs = this.#promises.inside.clock.nowMs();
    const told = this.#told.get(runId) ?? { sinceMs, metricsEndMs: 0, metricsMs: 0, groupsMs: 0 };
    this.#told.set(runId, told);
    return told;
  }
}

/** Older metrics are stale (docs/safety.md). */
function freshSeconds({ metrics, decisionSeconds }: ServiceProfile): number {
  return metrics.delaySeconds + 2 * decisionSeconds;
}

/** What a reader says of its own connection changes nothing else. */
function isOfConnection(line: string): boolean {
  return line === 'prompt' || /^set timeout cli \d+$/.test(line);
}

/** The reading of the load, not that of a canary. */
function isOfLoad({ operation, input }: Call): boolean {
  return operation === 'GetMetricData' && JSON.stringify(input).includes('AWS/ApplicationELB');
}

function endsOf(output: Output): number[] {
  const results = output.MetricDataResults as readonly { readonly Timestamps: readonly Date[] }[];
  return results.flatMap(({ Timestamps }) => Timestamps.map((start) => start.getTime() + 60_000));
}
