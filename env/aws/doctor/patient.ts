import type { Deployment } from '../../deployment/deployment.ts';
import type { Limits } from '../../guardrails/limits.ts';
import type { PriceBook, ServiceProfile } from '../../types.ts';
import type { RouterCounts } from '../router/counts.ts';
import type { AddressOf } from '../router/instance-address.ts';
import type { Examination } from './examination.ts';
import type { Finding } from './finding.ts';

/** What is examined. */
export interface Patient {
  readonly deployment: Deployment;
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
  readonly limits: Limits;
  readonly readings: Examination;
  /** What the overflow router has counted; throws where it does not answer. Null: there is none. */
  readonly readRouter: (() => Promise<RouterCounts>) | null;
  /** Where an instance of the pools is reached, by its name; null: there is no router, or it is a twin's. */
  readonly addressOf: AddressOf | null;
  /** How far the clock of AWS is ahead of the machine's; null: no answer told. */
  readonly skewSeconds: () => number | null;
  /** Time of the world that is read: of the twin in a rehearsal. */
  readonly now: Date;
}

/** Looks, and changes nothing. Never throws for what AWS answers. */
export type Check = (patient: Patient) => Promise<readonly Finding[]>;
