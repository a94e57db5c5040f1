import type { Fault } from '../../env/aws/calls/fault.ts';
import type { Mutation } from '../../env/aws/writing/mutation.ts';
import type { Writer, Written } from '../../env/aws/writing/writer.ts';
import type { Lease, Standing } from '../../env/lease.ts';
import type { Action, Environment, Observation, Outcome } from '../../env/types.ts';
import { FakeEnvironment } from './fakes.ts';

/** Notes what it is sent. */
export class FakeWriter implements Writer {
  readonly sent: Mutation[] = [];
  readonly mode: Writer['mode'];
  during: () => Promise<void> = async () => {};

  constructor(mode: Writer['mode'] = 'live') {
    this.mode = mode;
  }

  async write(mutation: Mutation): Promise<Written> {
    this.sent.push(mutation);
    await this.during();
    return { state: 'done', response: null };
  }
}

/** On the wall clock: each step sends the capacity of its first pool, and returns at once. */
export class WritingEnvironment implements Environment {
  readonly inner = new FakeEnvironment();
  readonly #writer: Writer;

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  observe(): Promise<Observation> {
    return this.inner.observe();
  }

  async step(action: Action): Promise<Outcome> {
    await this.#writer.write({ kind: 'set-desired-capacity', group: 'cpu-group', desired: action.vmCounts[0]! });
    return this.inner.step(action);
  }

  close(): Promise<void> {
    return this.inner.close();
  }
}

/** Held or not, as it is told. */
export class FakeLease implements Lease {
  isHeld: boolean;
  isReleased = false;
  asked = 0;

  constructor(isHeld = true) {
    this.isHeld = isHeld;
  }

  async renew(): Promise<Standing> {
    this.asked++;
    return this.isHeld
      ? { isHeld: true, token: 1 }
      : { isHeld: false, holder: 'other:1', said: 'other:1 holds the lease: standing by.' };
  }

  async check(): Promise<boolean> {
    return this.isHeld;
  }

  async release(): Promise<void> {
    this.isReleased = true;
  }
}

export const throttled: Fault = {
  ...{ kind: 'throttled', code: 'Throttling', said: 'GetMetricData: Rate exceeded', isUnknown: false },
};
