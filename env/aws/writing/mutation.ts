import type { Action as RuleAction } from '@aws-sdk/client-elastic-load-balancing-v2';

/** Everything that Spillway ever changes in AWS or in a router, as data. Each states the wished state, so that saying it twice is harmless. */
export type Mutation =
  | { readonly kind: 'set-desired-capacity'; readonly group: string; readonly desired: number }
  | {
      readonly kind: 'modify-rule';
      readonly rule: string;
      readonly weights: readonly TargetWeight[];
      /** The rule's actions as they were read: ModifyRule replaces the whole list, so all of it is sent back but for the weights. */
      readonly before: readonly RuleAction[];
    }
  | FunctionMutation
  /** Policies of the group act (hand-back) or rest while Spillway drives, by its process AlarmNotification. */
  | { readonly kind: 'resume-alarms'; readonly group: string }
  | { readonly kind: 'suspend-alarms'; readonly group: string }
  | RouterMutation;

export interface RouterMutation {
  readonly kind: 'set-router';
  readonly socket: string;
  readonly commands: readonly string[];
}

export interface TargetWeight {
  readonly targetGroup: string;
  /** Whole, 0 to 999. */
  readonly weight: number;
}

/** A step of a rollout of a function's memory (env/aws/rollout). */
export type FunctionMutation = { readonly function: string } & (
  | { readonly kind: 'update-memory'; readonly memoryMb: number; readonly revision: string }
  | { readonly kind: 'publish-version'; readonly revision: string; readonly description: string }
  | {
      readonly kind: 'update-alias';
      readonly alias: string;
      readonly version: string;
      readonly canary: Canary | null;
      readonly revision: string;
    }
  | { readonly kind: 'provision'; readonly version: string; readonly environments: number }
  | { readonly kind: 'unprovision'; readonly version: string }
  /** Of a published version, never of the function. */
  | { readonly kind: 'delete-version'; readonly version: string }
);

export interface Canary {
  readonly version: string;
  /** Share of the traffic, in (0, 1). */
  readonly share: number;
}
