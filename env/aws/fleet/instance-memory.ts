import type { Group, Instance } from './group-reader.ts';
import { type TargetHealth, unproven } from './target-health.ts';

/** One that has not become healthy in this time will not: it is no longer counted as coming. */
const comingMs = 3_600_000;

/** On their way out, in a warm pool, or set aside by a person, who wants them left alone: none of them counts in the group's size. */
const isAway = /^(Terminat|Detach|Warmed|Standby|EnteringStandby)/;

export function isOfTheSize({ lifecycle }: Instance): boolean {
  return !isAway.test(lifecycle);
}

export interface Counted {
  readonly ready: number;
  readonly booting: number;
  /** There, and neither. */
  readonly sick: number;
  /** Instances that are paid for: all but those that a warm pool holds stopped. */
  readonly billed: number;
  /** Since the reading before. */
  readonly launches: number;
  readonly terminations: number;
  /** On spot: instances that went though nobody had asked for fewer. */
  readonly interruptions: number;
}

interface Seen {
  readonly sinceMs: number;
  wasReady: boolean;
}

/**
 * The instances of one group over time. In service is not healthy: where target groups tell, ready is what one of them finds
 * healthy. What has not been healthy yet boots; what was and is not any more is sick, and neither.
 */
export class InstanceMemory {
  readonly #isSpot: boolean;
  #seen = new Map<string, Seen>();
  #isFirst = true;
  #desired = 0;
  /** By how much the desired capacity has fallen, less who went for it. */
  #toGo = 0;

  constructor(isSpot = false) {
    this.#isSpot = isSpot;
  }

  /** `health`: of its target groups; none: there are none. */
  count({ instances, desired }: Group, health: readonly TargetHealth[], nowMs: number): Counted {
    const here = instances.filter(isOfTheSize);
    const fresh = here.filter(({ id }) => !this.#seen.has(id));
    const gone = [...this.#seen.keys()].filter((id) => !here.some((one) => one.id === id));
    for (const { id } of fresh) this.#seen.set(id, { sinceMs: nowMs, wasReady: false });
    for (const id of gone) this.#seen.delete(id);
    let ready = 0;
    let booting = 0;
    for (const instance of here) {
      const state = this.#stateOf(instance, health, nowMs);
      if (state === 'ready') ready++;
      if (state === 'booting') booting++;
    }
    const terminations = this.#asked(gone.length, desired);
    const launches = this.#isFirst ? 0 : fresh.length;
    this.#isFirst = false;
    const billed = instances.filter(({ lifecycle }) => !/^Warmed:(Stopped|Hibernated)/.test(lifecycle)).length;
    const sick = here.length - ready - booting;
    return { ready, booting, sick, billed, launches, terminations, interruptions: gone.length - terminations };
  }

  /** How many of those that went were asked to. */
  #asked(gone: number, desired: number): number {
    if (!this.#isSpot) return gone;
    this.#toGo = Math.max(0, this.#toGo + (this.#isFirst ? 0 : this.#desired - desired));
    this.#desired = desired;
    const asked = Math.min(gone, this.#toGo);
    this.#toGo -= asked;
    return asked;
  }

  #stateOf(instance: Instance, health: readonly TargetHealth[], nowMs: number): 'ready' | 'booting' | 'sick' {
    const seen = this.#seen.get(instance.id)!;
    if (/^Pending/.test(instance.lifecycle)) return 'booting';
    if (instance.lifecycle !== 'InService') return 'sick';
    const states = health.map((targets) => targets.get(instance.id));
    const isProven = health.length === 0 || states.includes('healthy');
    if (instance.isHealthy && (isProven || states.includes(unproven))) {
      seen.wasReady ||= isProven;
      return 'ready';
    }
    return seen.wasReady || nowMs - seen.sinceMs > comingMs ? 'sick' : 'booting';
  }
}
