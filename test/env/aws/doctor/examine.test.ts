import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../../env/aws/doctor/finding.ts';
import type { RouterCounts } from '../../../../env/aws/router/counts.ts';
import { defaultLimits, parseLimits } from '../../../../env/guardrails/limits.ts';
import { defaultPrices } from '../../../../env/prices.ts';
import {
  type Answers,
  countsOf,
  deployment,
  diagnose,
  fresh,
  launches,
  overflow,
  profile,
  refusal,
  sound,
  soundGroup,
  soundPolicy,
  soundRule,
} from './clinic.ts';

const group = deployment.pools[0]!.autoScalingGroup;
const groupWith = (changes: object): Answers => ({
  DescribeAutoScalingGroups: () => ({ AutoScalingGroups: [{ ...soundGroup(group), ...changes }] }),
});
const policiesOf = (...policies: object[]): Answers => ({ DescribePolicies: () => ({ ScalingPolicies: policies }) });
const awake = { SuspendedProcesses: [] };
const handBack = soundPolicy(`${group}-tracking`);

const thrower = (error: Error) => () => {
  throw error;
};

function notOk(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ state, subject }) => state !== 'ok' && subject !== 'writes');
}

describe('a sound deployment', () => {
  test('behind a rule has nothing wrong, and its writes are not claimed to be permitted', async () => {
    const { findings } = await diagnose();
    expect(notOk(findings)).toEqual([]);
    expect(findings.find(({ subject }) => subject === 'writes')).toMatchObject({
      state: 'unknown',
      said: expect.stringContaining('SetDesiredCapacity'),
    });
    expect([...new Set(findings.map(({ check }) => check))]).toEqual(
      expect.arrayContaining([
        'identity',
        'group',
        'rule',
        'targets',
        'function',
        'metrics',
        'boots',
        'payload',
        'prices',
      ]),
    );
  });

  test('behind an overflow router has nothing wrong', async () => {
    const { findings } = await diagnose({}, { ...overflow, limits: parseLimits('usdPerHour: 90', 'limits') });
    expect(notOk(findings)).toEqual([]);
  });

  test('is only read, and each thing once', async () => {
    const { asked } = await diagnose();
    expect(asked.filter((operation) => !/^(Get|Describe|List)/.test(operation))).toEqual([]);
    expect(asked.filter((operation) => operation === 'DescribeAutoScalingGroups')).toHaveLength(1);
  });
});

test('where AWS answers nothing, a problem is found, and not none', async () => {
  const unreachable = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
  const silent = Object.fromEntries(Object.keys(sound()).map((operation) => [operation, thrower(unreachable)]));
  const { findings } = await diagnose(silent);
  expect(findings.filter(({ state }) => state === 'problem')).toEqual([
    expect.objectContaining({ check: 'permissions', said: expect.stringContaining('none was answered') }),
  ]);
});

/** What is broken, the answers that show it, and the check, state and words of the finding. */
const broken: readonly (readonly [string, Answers, Pick<Finding, 'check' | 'state'>, RegExp])[] = [
  [
    'credentials that ran out',
    throwing('GetCallerIdentity', 'ExpiredTokenException'),
    problem('identity'),
    /ExpiredToken/,
  ],
  [
    'another account',
    { GetCallerIdentity: () => ({ Arn: 'a', Account: '210987654321' }) },
    problem('identity'),
    /account 123456789012/,
  ],
  [
    'a group that is not there',
    { DescribeAutoScalingGroups: () => ({ AutoScalingGroups: [] }) },
    problem('group'),
    /no such/,
  ],
  [
    'a group that may not be read',
    throwing('DescribeAutoScalingGroups', 'AccessDenied', 403),
    problem('permissions'),
    /AccessDenied/,
  ],
  ['an empty answer', { DescribeAutoScalingGroups: () => ({}) }, unknown('group'), /garbled/],
  ['a number that is none', groupWith({ MaxSize: Number.NaN }), unknown('group'), /garbled/],
  ['a maximum below the profile', groupWith({ MaxSize: 3 }), problem('group'), /maximum is 3/],
  ['a minimum above the profile', groupWith({ MinSize: 9 }), problem('group'), /minimum is 9/],
  ['a size outside of the profile', groupWith({ DesiredCapacity: 999 }), warning('group'), /wants 999/],
  ['sizes in processors', groupWith({ DesiredCapacityType: 'vcpu' }), problem('group'), /counted in vcpu/],
  ['other instance types', groupWith({ Instances: [{ InstanceType: 'm5.large' }] }), warning('group'), /m5\.large/],
  ['sick instances stay', groupWith({ HealthCheckType: 'EC2' }), warning('group'), /never replaced/],
  ['protected instances', groupWith({ Instances: [{ ProtectedFromScaleIn: true }] }), warning('group'), /protected/],
  ['a missing tag', groupWith({ Tags: [] }), warning('group'), /spillway=managed/],
  ...['Launch', 'Terminate', 'AddToLoadBalancer'].map(
    (ProcessName) =>
      [
        `${ProcessName} suspended`,
        groupWith({ SuspendedProcesses: [{ ProcessName }] }),
        problem('group'),
        new RegExp(ProcessName),
      ] as const,
  ),
  [
    'a policy that would fight',
    { ...groupWith(awake), ...policiesOf(handBack, soundPolicy('other')) },
    problem('policies'),
    /policy other/,
  ],
  ['basic monitoring', everyFiveMinutes(), warning('monitoring'), /every 5 minutes/],
  [
    'a predictive policy that acts',
    {
      ...groupWith(awake),
      ...policiesOf({
        PolicyName: 'p',
        PolicyType: 'PredictiveScaling',
        PredictiveScalingConfiguration: { Mode: 'ForecastAndScale' },
      }),
    },
    problem('policies'),
    /policy p/,
  ],
  [
    'a predictive policy that acts while the alarms rest, as it does not act by them',
    policiesOf(handBack, {
      PolicyName: 'p',
      PolicyType: 'PredictiveScaling',
      PredictiveScalingConfiguration: { Mode: 'ForecastAndScale' },
    }),
    problem('policies'),
    /policy p/,
  ],
  ['no hand-back policy of that name', policiesOf(), problem('policies'), /does not exist/],
  ['a disabled hand-back policy', policiesOf({ ...handBack, Enabled: false }), problem('policies'), /disabled/],
  [
    'a hand-back policy in steps',
    policiesOf({ ...handBack, PolicyType: 'StepScaling' }),
    problem('policies'),
    /StepScaling/,
  ],
  [
    'a scheduled action',
    { DescribeScheduledActions: () => ({ ScheduledUpdateGroupActions: [{ ScheduledActionName: 'nightly' }] }) },
    problem('policies'),
    /nightly/,
  ],
  ['a rule that is not there', throwing('DescribeRules', 'RuleNotFoundException'), problem('rule'), /RuleNotFound/],
  [
    'the default rule',
    { DescribeRules: () => ({ Rules: [{ ...soundRule(deployment), IsDefault: true }] }) },
    problem('rule'),
    /default rule/,
  ],
  [
    'a foreign target group in the rule',
    { DescribeRules: () => ({ Rules: [ruleTo('arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/other/1')] }) },
    problem('rule'),
    /targetgroup\/other/,
  ],
  [
    'a rule that forwards nowhere',
    { DescribeRules: () => ({ Rules: [{ ...soundRule(deployment), Actions: [] }] }) },
    problem('rule'),
    /no target group/,
  ],
  [
    'a target group that is not there',
    throwing('DescribeTargetGroups', 'TargetGroupNotFoundException'),
    problem('targets'),
    /TargetGroupNotFound/,
  ],
  [
    'no healthy target',
    { DescribeTargetHealth: () => ({ TargetHealthDescriptions: [{ TargetHealth: { State: 'unhealthy' } }] }) },
    problem('targets'),
    /None of its 1/,
  ],
  [
    'a function registered without its alias',
    {
      DescribeTargetHealth: () => ({
        TargetHealthDescriptions: [
          { Target: { Id: 'arn:aws:lambda:eu-west-1:123456789012:function:weighted-classifier-xception' } },
        ],
      }),
    },
    problem('targets'),
    /not for weighted-classifier-xception:live/,
  ],
  [
    'a function that is not there',
    throwing('GetFunctionConfiguration', 'ResourceNotFoundException', 404),
    problem('function'),
    /ResourceNotFound/,
  ],
  [
    'an alias that is not there',
    throwing('GetAlias', 'ResourceNotFoundException', 404),
    problem('function'),
    /ResourceNotFound/,
  ],
  [
    'an alias in a rollout',
    { GetAlias: () => ({ FunctionVersion: '7', RoutingConfig: { AdditionalVersionWeights: { 8: 0.1 } } }) },
    warning('function'),
    /0\.1 to version 8/,
  ],
  ['an alias on $LATEST', { GetAlias: () => ({ FunctionVersion: '$LATEST' }) }, problem('function'), /LATEST/],
  [
    'a memory size that the profile does not have',
    { GetFunctionConfiguration: () => ({ MemorySize: 777 }) },
    warning('function'),
    /777 MB/,
  ],
  [
    'an update that failed',
    { GetFunctionConfiguration: () => ({ MemorySize: 1769, LastUpdateStatus: 'Failed' }) },
    warning('function'),
    /Failed/,
  ],
  [
    'concurrency provisioned on the alias',
    { GetProvisionedConcurrencyConfig: () => ({ Status: 'READY' }) },
    problem('function'),
    /provisioned on its alias/,
  ],
  [
    'a function that is switched off by its reserved concurrency',
    { GetFunctionConcurrency: () => ({ ReservedConcurrentExecutions: 0 }) },
    problem('function'),
    /reserved concurrency is 0/,
  ],
  [
    'a function that takes fewer requests at once than the profile counts on',
    { GetFunctionConcurrency: () => ({ ReservedConcurrentExecutions: 50 }) },
    warning('function'),
    /takes 50 requests at once/,
  ],
  [
    'an account that leaves fewer than the profile counts on',
    { GetAccountSettings: () => ({ AccountLimit: { UnreservedConcurrentExecutions: 10 } }) },
    warning('function'),
    /account leaves 10 at once/,
  ],
  [
    'a lease table that is not there',
    throwing('GetItem', 'ResourceNotFoundException'),
    problem('lease'),
    /ResourceNotFound/,
  ],
  ['a lease table with another key', throwing('GetItem', 'ValidationException'), problem('lease'), /Validation/],
  [
    'a kill switch that is not there',
    throwing('GetParameter', 'ParameterNotFound'),
    problem('kill switch'),
    /ParameterNotFound/,
  ],
  [
    'a kill switch that stands',
    { GetParameter: () => ({ Parameter: { Value: 'stop' } }) },
    warning('kill switch'),
    /"stop"/,
  ],
  [
    'a kill switch as a tag',
    groupWith({ Tags: [{ Key: 'spillway-stop', Value: '' }] }),
    warning('kill switch'),
    /tag is there/,
  ],
  ['group metrics that are switched off', groupWith({ EnabledMetrics: [] }), problem('metrics'), /does not publish/],
  [
    'metrics that stopped',
    {
      GetMetricData: (input) => ({
        MetricDataResults: fresh({ ...input, EndTime: new Date((input.EndTime as Date).getTime() - 1_200_000) }),
      }),
    },
    problem('metrics'),
    /2\d min old/,
  ],
  [
    'no metrics at all',
    {
      GetMetricData: (input) => ({
        MetricDataResults: fresh(input).map((one) => ({ ...(one as object), Timestamps: [], Values: [] })),
      }),
    },
    warning('metrics'),
    /Nothing came/,
  ],
  [
    'metrics that may not be read',
    throwing('GetMetricData', 'AccessDenied', 403),
    problem('permissions'),
    /GetMetricData/,
  ],
  [
    'boots that take long',
    { DescribeScalingActivities: () => ({ Activities: launches([800, 900, 1000]) }) },
    warning('boots'),
    /900 s/,
  ],
  [
    'launches that fail',
    {
      DescribeScalingActivities: () => ({
        Activities: [
          {
            Description: 'Launching a new EC2 instance',
            StatusCode: 'Failed',
            StatusMessage: 'We currently do not have sufficient capacity',
          },
        ],
      }),
    },
    problem('boots'),
    /sufficient capacity/,
  ],
  ['a hung endpoint', throwing('GetAlias', 'TimeoutError', 0), unknown('function'), /Timeout/],
];

test('without a way to AWS the doctor stops asking after two calls, and still looks at the files', async () => {
  const timeout = () => {
    throw refusal('TimeoutError', 'No answer', 0);
  };
  const { findings, asked } = await diagnose(Object.fromEntries(Object.keys(sound()).map((name) => [name, timeout])));
  expect(new Set(asked)).toEqual(new Set(['GetCallerIdentity', 'DescribeAutoScalingGroups']));
  expect(findings.filter(({ state }) => state === 'unknown').map(({ check }) => check)).toContain('identity');
  expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(['payload', 'prices', 'limits']));
});

describe('the doctor finds and names', () => {
  test.each(broken)('%s', async (_, answers, expected, words) => {
    const { findings } = await diagnose(answers);
    const found = notOk(findings).filter(({ check }) => check === expected.check);
    expect(found).toContainEqual(
      expect.objectContaining({
        ...expected,
        said: expect.stringMatching(words),
        remedy: expect.stringMatching(/\.$/),
      }),
    );
  });

  test('requests that are too large for Lambda, or of unknown size', async () => {
    const of = async (maxRequestBytes: number | null) =>
      (await diagnose({}, { deployment: { ...deployment, maxRequestBytes } })).findings.find(
        ({ check }) => check === 'payload',
      );
    expect(await of(5_000_000)).toMatchObject({ state: 'problem', said: expect.stringContaining('5000000') });
    expect(await of(null)).toMatchObject({ state: 'warning' });
  });

  test('a router that does not answer, or has no server', async () => {
    const of = async (readRouter: () => Promise<RouterCounts>) =>
      (await diagnose({}, { ...overflow, readRouter })).findings.find(({ check }) => check === 'router');
    const refused = async () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
    expect(await of(refused)).toMatchObject({ state: 'problem', said: expect.stringContaining('ECONNREFUSED') });
    expect(await of(async () => countsOf(0))).toMatchObject({ state: 'warning' });
    expect(await of(async () => countsOf(null))).toMatchObject({ state: 'ok' });
  });

  test('instance types without a price, and prices of another region', async () => {
    const { findings } = await diagnose({}, { prices: { ...defaultPrices, usdPerHour: {} } });
    expect(findings).toContainEqual(expect.objectContaining({ subject: 'c5.large', state: 'problem' }));
    expect(findings).toContainEqual(expect.objectContaining({ check: 'prices', state: 'warning' }));
  });

  test('a dollar cap that is missing, or below what the least fleet costs', async () => {
    const of = async (limits: typeof defaultLimits) =>
      (
        await diagnose(
          {},
          { limits, profile: { ...profile, pools: profile.pools.map((pool) => ({ ...pool, min: 2 })) } },
        )
      ).findings;
    expect(await of(defaultLimits)).toContainEqual(expect.objectContaining({ check: 'limits', state: 'warning' }));
    const low = parseLimits('usdPerHour: 0.01', 'limits');
    expect(await of(low)).toContainEqual(expect.objectContaining({ check: 'limits', state: 'problem' }));
  });

  test('a clock that is off', async () => {
    const of = async (skew: number | null) =>
      (await diagnose({}, { skewSeconds: () => skew })).findings.find(({ check }) => check === 'clock');
    expect(await of(31)).toMatchObject({ state: 'warning', said: expect.stringContaining('31 s behind') });
    expect(await of(-200)).toMatchObject({ state: 'problem', said: expect.stringContaining('200 s ahead') });
    expect(await of(null)).toBeUndefined();
  });

  test('a lease that is missing', async () => {
    const lease = { table: null, file: null, seconds: 180 };
    const { findings } = await diagnose({}, { deployment: { ...deployment, lease } });
    expect(findings).toContainEqual(expect.objectContaining({ check: 'lease', state: 'warning' }));
  });

  test('a variant of Lambda for which the deployment has no function', async () => {
    const functions = deployment.functions.with(0, null);
    const { findings } = await diagnose({}, { deployment: { ...deployment, functions } });
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'function', subject: 'mobilenet-v2', state: 'warning' }),
    );
  });
});

function everyFiveMinutes(): Answers {
  return {
    GetMetricData: (input) => {
      const Timestamps = [15, 10, 5].map((minutes) => new Date((input.EndTime as Date).getTime() - 60_000 * minutes));
      return { MetricDataResults: fresh(input).map((one) => ({ ...(one as object), Timestamps })) };
    },
  };
}

function problem(check: string) {
  return { check, state: 'problem' } as const;
}

function warning(check: string) {
  return { check, state: 'warning' } as const;
}

function unknown(check: string) {
  return { check, state: 'unknown' } as const;
}

function throwing(operation: string, name: string, status = 400): Answers {
  return {
    [operation]: () => {
      throw refusal(name, name, status);
    },
  };
}

function ruleTo(arn: string) {
  const rule = soundRule(deployment);
  const TargetGroups = [...rule.Actions[0]!.ForwardConfig.TargetGroups, { TargetGroupArn: arn, Weight: 1 }];
  return { ...rule, Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }] };
}

describe('behind an overflow router', () => {
  const hooks = (...LifecycleHooks: readonly object[]) => ({ DescribeLifecycleHooks: () => ({ LifecycleHooks }) });
  const drained = async (answers: Answers) =>
    (await diagnose(answers, overflow)).findings.find(({ check }) => check === 'drain')!;

  test('a group without a hook on termination, or with one that is too short, is told', async () => {
    const launching = { LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING', HeartbeatTimeout: 900 };
    const short = { LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING', HeartbeatTimeout: 60 };
    expect(await drained(hooks())).toMatchObject({
      state: 'warning',
      said: expect.stringContaining('has no lifecycle'),
    });
    expect(await drained(hooks(launching))).toMatchObject({ state: 'warning' });
    expect(await drained(hooks(launching, short))).toMatchObject({
      state: 'warning',
      said: expect.stringContaining('lasts 60 s, but a decision and the drain of the pool take 90 s'),
    });
  });

  test('instances that are not found by their names are told, and those of a load balancer need none', async () => {
    const lost = { addressOf: async () => null };
    const told = (findings: readonly Finding[]) => findings.filter(({ said }) => said.includes('has no address here'));
    const { findings } = await diagnose({}, { ...overflow, ...lost });
    expect(told(findings)).toHaveLength(overflow.deployment.pools.length);
    expect(told(findings)[0]!.said).toContain('i-1.eu-west-1.compute.internal');
    const weighted = (await diagnose({}, lost)).findings;
    expect([...told(weighted), ...weighted.filter(({ check }) => check === 'drain')]).toEqual([]);
  });
});
