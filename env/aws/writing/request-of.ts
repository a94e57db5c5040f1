import type { ScalingProcessQuery, SetDesiredCapacityType } from '@aws-sdk/client-auto-scaling';
import type { ModifyRuleInput, Action as RuleAction } from '@aws-sdk/client-elastic-load-balancing-v2';
import type {
  DeleteFunctionRequest,
  DeleteProvisionedConcurrencyConfigRequest,
  PublishVersionRequest,
  PutProvisionedConcurrencyConfigRequest,
  UpdateAliasRequest,
  UpdateFunctionConfigurationRequest,
} from '@aws-sdk/client-lambda';
import type { FunctionMutation, Mutation, TargetWeight } from './mutation.ts';

/** A request as the service gets it, by the names of its API. */
export type Request =
  | { readonly client: 'autoScaling'; readonly operation: 'SetDesiredCapacity'; readonly input: SetDesiredCapacityType }
  | {
      readonly client: 'autoScaling';
      readonly operation: 'ResumeProcesses' | 'SuspendProcesses';
      readonly input: ScalingProcessQuery;
    }
  | { readonly client: 'loadBalancing'; readonly operation: 'ModifyRule'; readonly input: ModifyRuleInput }
  | LambdaRequest
  | { readonly client: 'router'; readonly operation: 'SetRouter'; readonly input: RouterInput };

export interface RouterInput {
  readonly socket: string;
  readonly commands: readonly string[];
}

type LambdaRequest = { readonly client: 'lambda' } & (
  | { readonly operation: 'UpdateFunctionConfiguration'; readonly input: UpdateFunctionConfigurationRequest }
  | { readonly operation: 'PublishVersion'; readonly input: PublishVersionRequest }
  | { readonly operation: 'UpdateAlias'; readonly input: UpdateAliasRequest }
  | {
      readonly operation: 'PutProvisionedConcurrencyConfig';
      readonly input: PutProvisionedConcurrencyConfigRequest;
    }
  | {
      readonly operation: 'DeleteProvisionedConcurrencyConfig';
      readonly input: DeleteProvisionedConcurrencyConfigRequest;
    }
  | { readonly operation: 'DeleteFunction'; readonly input: DeleteFunctionRequest & { readonly Qualifier: string } }
);

/** Pure: live and shadow mode make the same request of the same mutation. */
export function requestOf(mutation: Mutation): Request {
  switch (mutation.kind) {
    case 'set-desired-capacity': {
      const { group: AutoScalingGroupName, desired: DesiredCapacity } = mutation;
      // Spillway has cooldowns of its own; with HonorCooldown the group's would refuse the write.
      const input = { AutoScalingGroupName, DesiredCapacity, HonorCooldown: false };
      return { client: 'autoScaling', operation: 'SetDesiredCapacity', input };
    }
    case 'resume-alarms':
      return { client: 'autoScaling', operation: 'ResumeProcesses', input: alarmsOf(mutation.group) };
    case 'suspend-alarms':
      return { client: 'autoScaling', operation: 'SuspendProcesses', input: alarmsOf(mutation.group) };
    case 'modify-rule': {
      const input = { RuleArn: mutation.rule, Actions: weighted(mutation.before, mutation.weights) };
      return { client: 'loadBalancing', operation: 'ModifyRule', input };
    }
    case 'set-router': {
      const { socket, commands } = mutation;
      return { client: 'router', operation: 'SetRouter', input: { socket, commands } };
    }
    default:
      return lambdaRequestOf(mutation);
  }
}

function alarmsOf(AutoScalingGroupName: string): ScalingProcessQuery {
  return { AutoScalingGroupName, ScalingProcesses: ['AlarmNotification'] };
}

/** The actions as they were, with the forward's target groups replaced: stickiness, order and what comes before it stay. */
function weighted(before: readonly RuleAction[], weights: readonly TargetWeight[]): RuleAction[] {
  const TargetGroups = weights.map(({ targetGroup, weight }) => ({ TargetGroupArn: targetGroup, Weight: weight }));
  return before.map((action) => {
    if (action.Type !== 'forward') return withItsSecret(action);
    // A forward to a single group names it twice; the single name would contradict the list.
    const { TargetGroupArn: _, ...rest } = action;
    return { ...rest, ForwardConfig: { ...action.ForwardConfig, TargetGroups } };
  });
}

/** A client secret is never told, so the one that there is must be said to stay (Elastic Load Balancing API reference). */
function withItsSecret(action: RuleAction): RuleAction {
  const { AuthenticateOidcConfig: oidc } = action;
  return oidc === undefined
    ? action
    : { ...action, AuthenticateOidcConfig: { ...oidc, UseExistingClientSecret: true } };
}

function lambdaRequestOf(mutation: FunctionMutation): LambdaRequest {
  const FunctionName = mutation.function;
  switch (mutation.kind) {
    case 'update-memory': {
      const input = { FunctionName, MemorySize: mutation.memoryMb, RevisionId: mutation.revision };
      return { client: 'lambda', operation: 'UpdateFunctionConfiguration', input };
    }
    case 'publish-version': {
      const input = { FunctionName, RevisionId: mutation.revision, Description: mutation.description };
      return { client: 'lambda', operation: 'PublishVersion', input };
    }
    case 'update-alias': {
      const { alias: Name, version: FunctionVersion, canary, revision: RevisionId } = mutation;
      // Weights left out stay as they are: only an empty map takes them away.
      const AdditionalVersionWeights = canary === null ? {} : { [canary.version]: canary.share };
      const input = { FunctionName, Name, FunctionVersion, RevisionId, RoutingConfig: { AdditionalVersionWeights } };
      return { client: 'lambda', operation: 'UpdateAlias', input };
    }
    case 'provision': {
      const { version: Qualifier, environments: ProvisionedConcurrentExecutions } = mutation;
      const input = { FunctionName, Qualifier, ProvisionedConcurrentExecutions };
      return { client: 'lambda', operation: 'PutProvisionedConcurrencyConfig', input };
    }
    case 'unprovision': {
      const input = { FunctionName, Qualifier: mutation.version };
      return { client: 'lambda', operation: 'DeleteProvisionedConcurrencyConfig', input };
    }
    case 'delete-version': {
      // Without a qualifier this call deletes the function with all of its versions (AWS Lambda API reference).
      if (!/^[1-9]\d*$/.test(mutation.version)) throw new Error(`${mutation.version} is no published version`);
      const input = { FunctionName, Qualifier: mutation.version };
      return { client: 'lambda', operation: 'DeleteFunction', input };
    }
  }
}
