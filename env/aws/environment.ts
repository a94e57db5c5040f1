import type { Deployment } from '../deployment/deployment.ts';
import { OutcomeUnknown } from '../outcome-unknown.ts';
import type { Action, Environment, Observation, Outcome, PriceBook, ServiceProfile } from '../types.ts';
import type { Actuates } from './actuation.ts';
import type { AwsClients } from './clients.ts';
import type { Fault } from './fault.ts';
import type { FleetViewer } from './fleet-view.ts';
import type { OverflowRouter } from './overflow-router.ts';

export interface AwsEnvironmentParts {
  readonly profile: ServiceProfile;
  readonly deployment: Deployment;
  readonly prices: PriceBook;
  readonly clients: AwsClients;
  readonly actuator: Actuates;
  /** In shadow mode the policy is shown the fleet that its actions would have made. */
  readonly viewer: FleetViewer;
  /** Null: the profile's router is `weights`. */
  readonly router: OverflowRouter | null;
  /** The time by which metrics are read; in a rehearsal the twin's. */
  readonly now: () => Date;
  /** The machine's own clock, with which the Date headers of the answers are compared; in a rehearsal it is not `now`. */
  readonly machineNow: () => Date;
  /** For one call with all its retries; absent: 10 s. */
  readonly callDeadlineMs?: number;
}

/** How the reading goes, for health, metrics and the doctor. */
export interface Readings {
  /** How far the clock of AWS is ahead of the machine's; null: no answer yet. */
  readonly skewSeconds: number | null;
  /** Of the last observation, in the order of their calls. */
  readonly faults: readonly Fault[];
  /** Calls since the start. */
  readonly calls: number;
  /** What kept the last observation or step from being whole, in sentences without secrets. */
  readonly said: readonly string[];
}

/** AWS on the wall clock. Its time begins when it is made. */
export class AwsEnvironment implements Environment {
  readonly startedAt: Date;
  readonly #parts: AwsEnvironmentParts;

  constructor(parts: AwsEnvironmentParts) {
    this.#parts = parts;
    this.startedAt = parts.now();
  }

  get readings(): Readings {
    return { skewSeconds: null, faults: [], calls: 0, said: [] };
  }

  async observe(): Promise<Observation> {
    throw new OutcomeUnknown('The reading half is being written.');
  }

  async step(_action: Action): Promise<Outcome> {
    throw new OutcomeUnknown('The reading half is being written.');
  }

  async close(): Promise<void> {
    await this.#parts.router?.close();
    this.#parts.clients.close();
  }
}
