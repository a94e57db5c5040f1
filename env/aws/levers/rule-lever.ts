import type { Deployment } from '../../deployment/deployment.ts';
import type { Action, ServiceProfile } from '../../types.ts';
import type { FleetView } from '../fleet/fleet-view.ts';
import type { TargetWeight } from '../writing/mutation.ts';
import type { Writer } from '../writing/writer.ts';
import { type Lever, type Pulled, pending, settled } from './lever.ts';
import type { ReadRule, RuleReading } from './rule-reader.ts';
import { splitOf } from './weights.ts';

export interface RuleLeverParts {
  readonly profile: ServiceProfile;
  readonly deployment: Deployment;
  readonly rule: string;
  readonly writer: Writer;
  readonly read: ReadRule;
  readonly nowMs: () => number;
}

/** Weights take seconds to spread over a load balancer's nodes; a minute between two changes, but for the ticks' jitter. */
const betweenChangesMs = 55_000;
/** Of 999: half a percent of the traffic is not worth a change. */
const leastChange = 5;
/** A rule that is as it should be is looked at again after this time. */
const knownMs = 300_000;

/** The weights of a listener rule. A load balancer has no revisions: it is read, compared, written and read again. */
export class RuleLever implements Lever {
  readonly name = 'the weights of the rule';
  readonly #parts: RuleLeverParts;
  #known: { readonly reading: RuleReading; readonly untilMs: number } | null = null;
  #changedMs = -Infinity;
  #variant: number | null = null;

  constructor(parts: RuleLeverParts) {
    this.#parts = parts;
  }

  /** The variant whose target groups have the traffic; null: nobody knows yet. */
  get variant(): number | null {
    return this.#variant;
  }

  async pull(action: Action, fleet: FleetView): Promise<Pulled> {
    const { rule, nowMs } = this.#parts;
    const isKnown = this.#known !== null && nowMs() < this.#known.untilMs;
    const before = isKnown ? this.#known!.reading : await this.#read();
    if ('fault' in before) return before;
    const { profile, deployment } = this.#parts;
    const split = splitOf(action, { profile, deployment, fleet, before: before.weights });
    this.#variant = split.variant;
    const said = split.said.map((sentence) => `${this.name}: ${sentence}`);
    if (split.weights === null || isSame(split.weights, before.weights, leastChange)) return { ...settled, said };
    if (nowMs() - this.#changedMs < betweenChangesMs) return pending(`${this.name}: changed less than a minute ago`);
    const now = isKnown ? await this.#read() : before;
    if ('fault' in now) return now;
    if (!isSame(now.weights, before.weights)) return pending(`${this.name}: somebody else changed them`);
    const written = await this.#write(rule, split.weights, now);
    return { ...written, said: [...said, ...written.said] };
  }

  async #read(): Promise<RuleReading | Pulled> {
    const answer = await this.#parts.read(this.#parts.rule);
    if (answer.fault !== null) return pending(`${this.name}: ${answer.fault.said}`);
    this.#known = { reading: answer.value, untilMs: this.#parts.nowMs() + knownMs };
    return answer.value;
  }

  async #write(rule: string, weights: readonly TargetWeight[], before: RuleReading): Promise<Pulled> {
    this.#changedMs = this.#parts.nowMs();
    const written = await this.#parts.writer.write({ kind: 'modify-rule', rule, weights, before: before.actions });
    // Whatever is said of it, what is in force decides.
    this.#known = null;
    if (written.state === 'refused') return pending(`${this.name}: ${written.fault.said}`, written.fault);
    const after = await this.#read();
    const fault = written.state === 'unknown' ? written.fault : null;
    if ('fault' in after) return { ...after, fault };
    if (!isSame(after.weights, weights)) {
      // They may be described as they were before for a while, so this must not be what the next decision goes by.
      this.#known = null;
      return pending(`${this.name}: read back as they were not written`, fault);
    }
    return { state: 'settled', said: [`${this.name}: ${shown(weights)}`], fault: null };
  }
}

/** The same groups, with and without weight, and no weight off by more than the tolerance. */
function isSame(a: readonly TargetWeight[], b: readonly TargetWeight[], tolerance = 0): boolean {
  const weightOf = new Map(b.map(({ targetGroup, weight }) => [targetGroup, weight]));
  return (
    a.length === b.length &&
    a.every(({ targetGroup, weight }) => {
      const other = weightOf.get(targetGroup) ?? null;
      return other !== null && weight > 0 === other > 0 && Math.abs(weight - other) <= tolerance;
    })
  );
}

function shown(weights: readonly TargetWeight[]): string {
  return weights
    .map(({ targetGroup, weight }) => `${targetGroup.split('/').at(-2) ?? targetGroup} ${weight}`)
    .join(', ');
}
