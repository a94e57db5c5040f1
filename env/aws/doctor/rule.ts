import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Deployment } from '../../deployment/deployment.ts';
import { about, type Finding } from './finding.ts';
import type { Check } from './patient.ts';
import { type Rule, shapes } from './shapes.ts';
import { unread } from './unread.ts';

/** The rule can be changed, and splits between the target groups of the deployment and no others. */
export const rule: Check = async ({ readings, deployment }) => {
  if (deployment.rule === null) return [];
  const on = about('rule', shortArn(deployment.rule).split('/')[2] ?? deployment.rule);
  const { loadBalancing: client } = readings.clients;
  const command = new DescribeRulesCommand({ RuleArns: [deployment.rule] });
  const { value: answer, fault } = await readings.read('elasticloadbalancing:DescribeRules', deployment.rule, {
    client,
    send: (options) => client.send(command, options),
    shape: shapes.rules,
  });
  if (fault !== null) return [unread(on, fault)];
  const value = answer.Rules.find(({ RuleArn }) => RuleArn === deployment.rule);
  if (value === undefined) return [on.problem('There is no such rule.', 'Correct rule in the deployment file.')];
  const findings = [...kind(value, on), ...split(value, deployment, on)];
  return findings.length > 0 ? findings : [on.ok(`Splits between ${weightsOf(value).length} target groups.`)];
};

export function shortArn(arn: string): string {
  return arn.split(':').slice(5).join(':');
}

function weightsOf({ Actions }: Rule) {
  return Actions.find(({ Type }) => Type === 'forward')?.ForwardConfig?.TargetGroups ?? [];
}

function kind(found: Rule, on: ReturnType<typeof about>): readonly Finding[] {
  const findings: Finding[] = [];
  if (found.IsDefault) {
    findings.push(
      on.problem(
        'It is the default rule of its listener, whose weights cannot be changed by ModifyRule.',
        'Make a rule of its own for the service, and name that.',
      ),
    );
  }
  const forward = found.Actions.find(({ Type }) => Type === 'forward');
  if (forward?.ForwardConfig?.TargetGroupStickinessConfig?.Enabled) {
    findings.push(
      on.warning(
        'Its target groups are sticky: clients stay where they are, so the weights move new ones only.',
        'Switch the stickiness of the rule off.',
      ),
    );
  }
  return findings;
}

function split(found: Rule, deployment: Deployment, on: ReturnType<typeof about>): readonly Finding[] {
  const wanted = [
    ...deployment.pools.flatMap((pool) => pool.targetGroups),
    ...deployment.functions.map((one) => one?.targetGroup ?? null),
  ].filter((arn) => arn !== null);
  const there = weightsOf(found).map(({ TargetGroupArn }) => TargetGroupArn);
  const foreign = there.filter((arn) => !wanted.includes(arn));
  const findings = foreign.map((arn) =>
    on.problem(
      `It forwards to ${shortArn(arn)}, too, which the deployment does not know: while that has weight, Spillway leaves the rule alone.`,
      'Add the target group to the deployment, or take it out of the rule.',
    ),
  );
  if (weightsOf(found).reduce((sum, { Weight }) => sum + Weight, 0) > 0) return findings;
  return [...findings, on.problem('It forwards to no target group with a weight.', 'Give the rule a forward action.')];
}
