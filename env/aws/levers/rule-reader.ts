import {
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
  type Action as RuleAction,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { z } from 'zod';
import type { Answer, Calls } from '../calls/call.ts';
import { garbled } from '../calls/classify.ts';
import type { TargetWeight } from '../writing/mutation.ts';

/** A listener rule that forwards by weights. */
export interface RuleReading {
  /** As they were answered: what is not Spillway's is sent back unchanged. */
  readonly actions: readonly RuleAction[];
  readonly weights: readonly TargetWeight[];
}

/** Never throws. In shadow mode the weights are the imagined ones. */
export type ReadRule = (rule: string) => Promise<Answer<RuleReading>>;

const action = z.looseObject({
  Type: z.string(),
  TargetGroupArn: z.string().optional(),
  ForwardConfig: z
    .looseObject({
      TargetGroups: z
        .array(z.object({ TargetGroupArn: z.string(), Weight: z.number().int().min(0).max(999).optional() }))
        .optional(),
    })
    .optional(),
});
const answerShape = z.object({ Rules: z.array(z.looseObject({ Actions: z.array(action) })).length(1) });

export function ruleReader(client: ElasticLoadBalancingV2Client, calls: Calls): ReadRule {
  return async (rule) => {
    const answer = await calls.read({
      operation: 'DescribeRules',
      client,
      send: (options) => client.send(new DescribeRulesCommand({ RuleArns: [rule] }), options),
      shape: answerShape,
    });
    if (answer.fault !== null) return answer;
    const actions = answer.value.Rules[0]!.Actions;
    const forward = actions.find(({ Type }) => Type === 'forward');
    if (forward === undefined) return { value: null, fault: garbled('DescribeRules', 'the rule forwards nowhere') };
    return { value: { actions: actions as readonly RuleAction[], weights: weightsOf(forward) }, fault: null };
  };
}

/** A group without a weight has 1, and a forward to one group may name it outside of the list (Elastic Load Balancing API reference). */
function weightsOf({ ForwardConfig, TargetGroupArn }: z.output<typeof action>): TargetWeight[] {
  const groups = ForwardConfig?.TargetGroups ?? (TargetGroupArn === undefined ? [] : [{ TargetGroupArn }]);
  return groups.map(({ TargetGroupArn: targetGroup, ...one }) => ({
    targetGroup,
    weight: 'Weight' in one ? (one.Weight ?? 1) : 1,
  }));
}
