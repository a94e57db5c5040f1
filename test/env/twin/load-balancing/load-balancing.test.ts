import { describe, expect, test } from 'vitest';
import { readDeployment } from '../../../../env/deployment/deployment.ts';
import { LoadBalancer } from '../../../../env/twin/load-balancing/balancer.ts';
import { listenerOf, resourcesOf } from '../../../../env/twin/load-balancing/resources.ts';
import { loadBalancingService } from '../../../../env/twin/load-balancing/service.ts';
import { type Input, type Output, ServiceError } from '../../../../env/twin/operation.ts';

const { deployment } = await readDeployment('examples/aws/weighted-classifier.yaml');
const rule = deployment.rule!;
const vms = deployment.pools[0]!.targetGroups.map((group) => group!);
const functions = deployment.functions.map((one) => one!.targetGroup!);

function loadBalancing() {
  const time = { seconds: 0 };
  const balancer = new LoadBalancer({
    clock: { nowMs: () => 1000 * time.seconds },
    resources: resourcesOf(deployment, { region: 'eu-west-1', account: '123456789012' }),
    forward: {
      shares: [vms[0]!, vms[1]!].map((targetGroup, index) => ({ targetGroup, weight: 100 - index })),
      stickySeconds: null,
    },
    targets: {
      targets: () => [
        { id: 'i-1', state: 'healthy' },
        { id: 'i-2', state: 'unhealthy' },
        { id: 'i-3', state: 'draining' },
      ],
    },
  });
  const service = loadBalancingService(balancer);
  const call = (operation: string, input: Input = {}): Output => service[operation]!(input);
  const refusal = (operation: string, input: Input = {}) => {
    try {
      call(operation, input);
    } catch (error) {
      if (error instanceof ServiceError) return error.code;
      throw error;
    }
    throw new Error(`${operation} was not refused`);
  };
  const weigh = (weights: Readonly<Record<string, number>>, more: Output = {}) => ({
    RuleArn: rule,
    Actions: [
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: Object.entries(weights).map(([TargetGroupArn, Weight]) => ({ TargetGroupArn, Weight })),
          ...more,
        },
      },
    ],
  });
  const health = (TargetGroupArn: string) =>
    (call('DescribeTargetHealth', { TargetGroupArn }).TargetHealthDescriptions as Output[]).map(
      ({ TargetHealth }) => (TargetHealth as Output).State,
    );
  return { time, balancer, call, refusal, weigh, health };
}

describe('weights of a rule', () => {
  test('are read back as they were written, and split the traffic some seconds later', () => {
    const { time, balancer, call, weigh } = loadBalancing();
    const { Rules } = call('ModifyRule', weigh({ [vms[0]!]: 700, [functions[0]!]: 299 }));
    expect(call('DescribeRules', { RuleArns: [rule] }).Rules).toEqual(Rules);
    expect(Rules).toMatchObject([
      {
        Actions: [
          {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: vms[0], Weight: 700 },
                { TargetGroupArn: functions[0], Weight: 299 },
              ],
              TargetGroupStickinessConfig: { Enabled: false },
            },
          },
        ],
      },
    ]);
    expect(balancer.weights(rule)).toMatchObject([{ weight: 100 }, { weight: 99 }]);
    time.seconds = 15;
    expect(balancer.weights(rule)).toEqual([
      { targetGroup: vms[0], weight: 700 },
      { targetGroup: functions[0], weight: 299 },
    ]);
    expect(balancer.weights('another')).toBeNull();
  });

  test('may come as texts, as the query protocol has them', () => {
    const { call, weigh } = loadBalancing();
    const stickiness = { TargetGroupStickinessConfig: { Enabled: 'true', DurationSeconds: '60' } };
    const weights = { [vms[0]!]: '5' as unknown as number };
    expect(call('ModifyRule', weigh(weights, stickiness)).Rules).toMatchObject([
      {
        Actions: [
          {
            ForwardConfig: {
              TargetGroups: [{ Weight: 5 }],
              TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
            },
          },
        ],
      },
    ]);
  });

  test.each([
    ['above 999', { [vms[0]!]: 1000 }, 'ValidationError'],
    ['below 0', { [vms[0]!]: -1 }, 'ValidationError'],
    ['in parts', { [vms[0]!]: 0.5 }, 'ValidationError'],
    ['of no target group', {}, 'ValidationError'],
    ['of six target groups', Object.fromEntries([...vms, ...functions].map((group) => [group, 1])), 'ValidationError'],
    ['of an unknown target group', { 'arn:aws:elasticloadbalancing:other': 1 }, 'TargetGroupNotFound'],
  ])('%s are refused and change nothing', (_, weights, code) => {
    const { refusal, weigh, call } = loadBalancing();
    const before = call('DescribeRules', { RuleArns: [rule] });
    expect(refusal('ModifyRule', weigh(weights))).toBe(code);
    expect(call('DescribeRules', { RuleArns: [rule] })).toEqual(before);
  });

  test('of an unknown rule are not found, and those of the default rule not permitted', () => {
    const { refusal, weigh, call } = loadBalancing();
    const input = weigh({ [vms[0]!]: 1 });
    expect(refusal('ModifyRule', { ...input, RuleArn: rule.replace(/.$/, '0') })).toBe('RuleNotFound');
    const [, byDefault] = call('DescribeRules', { ListenerArn: listenerOf(rule) }).Rules as Output[];
    expect(byDefault).toMatchObject({ IsDefault: true, Priority: 'default' });
    expect(refusal('ModifyRule', { ...input, RuleArn: byDefault!.RuleArn })).toBe('OperationNotPermitted');
  });
});

describe('the health of targets', () => {
  test('is that of the instances where a rule names their group', () => {
    expect(loadBalancing().health(vms[0]!)).toEqual(['healthy', 'unhealthy', 'draining']);
  });

  test('is not checked where no rule names the group, and begins with a first check where one does', () => {
    const { time, call, weigh, health } = loadBalancing();
    expect(health(vms[2]!)).toEqual(['unused', 'unused', 'unused']);
    call('ModifyRule', weigh({ [vms[0]!]: 999, [vms[2]!]: 0 }));
    expect(health(vms[2]!)).toEqual(['initial', 'unhealthy', 'draining']);
    time.seconds = 30;
    expect(health(vms[2]!)).toEqual(['healthy', 'unhealthy', 'draining']);
    expect(health(vms[1]!), 'no longer named').toEqual(['unused', 'unused', 'unused']);
  });

  test('of a Lambda function is not known', () => {
    const { call, weigh } = loadBalancing();
    call('ModifyRule', weigh({ [functions[0]!]: 1 }));
    expect(call('DescribeTargetHealth', { TargetGroupArn: functions[0] }).TargetHealthDescriptions).toEqual([
      {
        Target: { Id: 'arn:aws:lambda:eu-west-1:123456789012:function:weighted-classifier-mobilenet-v2:live' },
        TargetHealth: { State: 'unavailable', Reason: 'Target.HealthCheckDisabled' },
      },
    ]);
  });

  test('of an unknown group is not found', () => {
    expect(loadBalancing().refusal('DescribeTargetHealth', { TargetGroupArn: 'other' })).toBe('TargetGroupNotFound');
  });
});

describe('descriptions', () => {
  test('lead from the load balancer to its listener, its rules and its target groups', () => {
    const { call } = loadBalancing();
    expect(call('DescribeLoadBalancers', { Names: ['classifier'] }).LoadBalancers).toMatchObject([
      { LoadBalancerArn: deployment.loadBalancer, State: { Code: 'active' } },
    ]);
    const { Listeners } = call('DescribeListeners', { LoadBalancerArn: deployment.loadBalancer });
    expect(Listeners).toMatchObject([{ ListenerArn: listenerOf(rule) }]);
    const { Rules } = call('DescribeRules', { ListenerArn: listenerOf(rule) });
    expect((Rules as Output[])[0]).toMatchObject({ RuleArn: rule, IsDefault: false });
    const { TargetGroups } = call('DescribeTargetGroups', { LoadBalancerArn: deployment.loadBalancer });
    expect((TargetGroups as Output[]).map(({ TargetGroupArn }) => TargetGroupArn)).toEqual(vms.slice(0, 2));
  });

  test('tell groups of instances from groups of functions, used ones from unused ones', () => {
    expect(
      loadBalancing().call('DescribeTargetGroups', { TargetGroupArns: [vms[0], functions[0]] }).TargetGroups,
    ).toMatchObject([
      { TargetGroupName: 'cpu-mobilenet-v2', TargetType: 'instance', LoadBalancerArns: [deployment.loadBalancer] },
      { TargetGroupName: 'lambda-mobilenet-v2', TargetType: 'lambda', LoadBalancerArns: [] },
    ]);
  });

  test('come in pages', () => {
    const { call } = loadBalancing();
    const first = call('DescribeTargetGroups', { PageSize: 4 });
    const second = call('DescribeTargetGroups', { PageSize: 4, Marker: first.NextMarker });
    expect([first.TargetGroups, second.TargetGroups]).toMatchObject([{ length: 4 }, { length: 2 }]);
    expect(second.NextMarker).toBeUndefined();
  });

  test.each([
    ['DescribeLoadBalancers', { Names: ['other'] }, 'LoadBalancerNotFound'],
    ['DescribeListeners', { ListenerArns: ['other'] }, 'ListenerNotFound'],
    ['DescribeRules', { RuleArns: ['other'] }, 'RuleNotFound'],
    ['DescribeTargetGroups', { Names: ['other'] }, 'TargetGroupNotFound'],
  ])('%s does not find what is not there', (operation, input, code) => {
    expect(loadBalancing().refusal(operation, input)).toBe(code);
  });
});
