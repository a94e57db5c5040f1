import type { Clock } from '../../controller/clock.ts';
import type { Together } from '../../controller/live/gathering.ts';
import type { Rehearsal } from '../../controller/live/rehearsal.ts';
import type { Watchdog } from '../../controller/live/watchdog.ts';
import type { HandBack } from '../../controller/tick.ts';
import type { Fault } from '../../env/aws/calls/fault.ts';
import type { Window } from '../../env/aws/metrics/window.ts';
import type { SwitchReading } from '../../env/aws/remote-kill-switch.ts';
import type { Request } from '../../env/aws/writing/request-of.ts';
import type { Writer } from '../../env/aws/writing/writer.ts';
import type { DeployedService } from '../../env/deployment/deployment.ts';
import type { Lease } from '../../env/lease.ts';
import type { Environment, PriceBook } from '../../env/types.ts';

export interface WorldOptions {
  readonly service: DeployedService;
  readonly prices: PriceBook;
  readonly mode: Writer['mode'];
  /** Of the twin; null: AWS itself. */
  readonly address: string | null;
  /** The time of AWS or of its twin. */
  readonly clock: Clock;
  /** Time that only goes on, in which requests come and leases run out; absent: by `clock`. */
  readonly passedMs?: () => number;
  /** The time of this machine, which may be another one. */
  readonly machine: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Of this controller, in leases. */
  readonly runId: string;
  /** False: nothing is asked for, and nothing refused for want of it. */
  readonly takesLease: boolean;
  readonly allowsPolicies: boolean;
  /** Where rollouts keep what they are about. */
  readonly stateFolder: string;
  /** Stands before the one writer: whatever is changed passes it. */
  readonly wrap: (writer: Writer) => Writer;
  /** Told the exact request that shadow mode does not send. */
  readonly tell: (request: Request) => void;
  /** Told what a person should know before the first decision. */
  readonly say: (sentence: string) => void;
}

/** A service as the controller finds it. */
export interface World {
  readonly environment: Environment;
  /** Refuses, in a sentence, what must not be begun: other scaling policies, say. */
  check(): Promise<void>;
  readonly killSwitch: () => Promise<SwitchReading>;
  /** Null: no policy was declared that could take the fleet. */
  readonly handBack: HandBack | null;
  /** Null: none is taken. */
  readonly lease: Lease | null;
  /** [minute] Requests as they were counted, null: nobody knows; null: nothing counts them. Throws a sentence where it cannot be told. */
  counted(window: Window): Promise<readonly (number | null)[] | null>;
  /** Calls that failed in the newest decision. */
  faults(): readonly Fault[];
  /** What was done, refused or left for later since, and what could not be read, in sentences. */
  said(): readonly string[];
}

/** What a run on AWS gets from the machine and from the cloud. */
export interface LiveParts {
  /** Of the process. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly deployment: (path: string) => Promise<DeployedService>;
  /** Opens no connection yet. */
  readonly world: (options: WorldOptions) => World;
  readonly rehearsal: (address: string, machine: Clock) => Promise<Rehearsal>;
  readonly together: Together;
  readonly watchdog: (patienceMs: number) => Promise<Watchdog>;
  /** Told how many services there are; absent: memory is left to V8. */
  readonly paceHeap?: (services: number) => void;
  readonly random: () => number;
}
