import type { Bounds, ReadBounds } from '../../../env/aws/capacity-lever.ts';
import { faultOf } from '../../../env/aws/classify.ts';
import type { Mutation, TargetWeight } from '../../../env/aws/mutation.ts';
import type { Writer, Written } from '../../../env/aws/writer.ts';
import { lostAnswer, refusal } from './sent-to.ts';

/** What becomes of a write. */
export type Fate = 'done' | 'lost-after' | 'lost-before' | 'throttled' | 'denied' | 'out-of-bounds';

/** A group and a rule, and what is done to them. */
export class FakeCloud implements Writer {
  readonly mode = 'live';
  readonly written: Mutation[] = [];
  group: Bounds = { min: 1, max: 10, desired: 4, suspended: [] };
  weights: readonly TargetWeight[] = [];
  fates: Fate[] = [];
  isReadable = true;
  nowMs = 0;

  readonly readGroup: ReadBounds = async () => (this.isReadable ? this.group : faultOf(lostAnswer(), 'Describe'));

  async write(mutation: Mutation): Promise<Written> {
    this.written.push(mutation);
    const fate = this.fates.shift() ?? 'done';
    const isOut = mutation.kind === 'set-desired-capacity' && mutation.desired > this.group.max;
    if (fate === 'out-of-bounds' || isOut) return this.#refused(refusal('ValidationError', 400));
    if (fate === 'throttled') return this.#refused(refusal('Throttling', 400));
    if (fate === 'denied') return this.#refused(refusal('AccessDenied', 403));
    if (fate !== 'lost-before') this.#apply(mutation);
    if (fate === 'done') return { state: 'done', response: {} };
    return { state: 'unknown', fault: faultOf(lostAnswer(), mutation.kind) };
  }

  #refused(error: Error): Written {
    return { state: 'refused', fault: faultOf(error, 'write') };
  }

  #apply(mutation: Mutation): void {
    if (mutation.kind === 'set-desired-capacity') this.group = { ...this.group, desired: mutation.desired };
    if (mutation.kind === 'suspend-alarms') this.group = { ...this.group, suspended: ['AlarmNotification'] };
    if (mutation.kind === 'modify-rule') this.weights = mutation.weights;
  }
}
