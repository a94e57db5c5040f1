import { beforeAll, describe, expect, test } from 'vitest';
import { checkStart } from '../../../env/aws/start-checks.ts';
import type { DeployedService } from '../../../env/deployment/deployment.ts';
import { NotYet } from '../../../env/not-yet.ts';
import { InputProblem } from '../../../env/problem.ts';
import type { ServiceProfile } from '../../../env/types.ts';
import { example } from '../twin/open.ts';
import { type Answers, fakeClients } from './fake-clients.ts';
import { refusal } from './sent-to.ts';

let service: DeployedService;

beforeAll(async () => {
  service = await example('weighted-classifier');
});

const handBack = { PolicyName: 'weighted-classifier-cpu-tracking', PolicyType: 'TargetTrackingScaling' };

function group(suspended: readonly string[]): Answers {
  const SuspendedProcesses = suspended.map((ProcessName) => ({ ProcessName }));
  const size = { MinSize: 1, MaxSize: 4, DesiredCapacity: 2, SuspendedProcesses };
  return ({ AutoScalingGroupNames: [name] = [] as never }: { AutoScalingGroupNames?: string[] }) => ({
    AutoScalingGroups: [{ AutoScalingGroupName: name, ...size }],
  });
}

interface Scene {
  readonly profile?: ServiceProfile;
  readonly suspended?: readonly string[];
  readonly policies?: readonly object[];
  readonly schedule?: readonly object[];
  readonly weights?: Readonly<Record<string, number>>;
  readonly mode?: 'live' | 'shadow';
  readonly allowsPolicies?: boolean;
  readonly answers?: Readonly<Record<string, Answers>>;
}

function check(scene: Scene): Promise<readonly string[]> {
  const { suspended = [], policies = [], schedule = [], weights = {}, mode = 'live', allowsPolicies = false } = scene;
  const clients = fakeClients({
    DescribeAutoScalingGroups: group(suspended),
    DescribePolicies: () => ({ ScalingPolicies: policies }),
    DescribeScheduledActions: () => ({ ScheduledUpdateGroupActions: schedule }),
    GetAlias: () => ({ FunctionVersion: '7', RevisionId: 'r', RoutingConfig: { AdditionalVersionWeights: weights } }),
    ...scene.answers,
  });
  return checkStart({
    profile: scene.profile ?? service.profile,
    deployment: service.deployment,
    clients,
    mode,
    allowsPolicies,
  });
}

test('nothing that stands in the way is no word', async () => {
  expect(await check({})).toEqual([]);
});

describe('a group that AWS does not tell of', () => {
  const failing = (code: string, status: number) => ({
    DescribeAutoScalingGroups: () => {
      throw refusal(code, status);
    },
  });

  test('may be asked for again where that passes, and is refused where a person must mend it', async () => {
    await expect(check({ answers: failing('ServiceUnavailable', 503) })).rejects.toBeInstanceOf(NotYet);
    await expect(check({ answers: failing('AccessDenied', 403) })).rejects.toBeInstanceOf(InputProblem);
  });

  test('is told of in shadow mode, which begins all the same', async () => {
    const told = await check({ answers: failing('ServiceUnavailable', 503), mode: 'shadow' });
    expect(told.join()).toContain('cannot be read');
  });
});

describe('a policy that sets the size of a group', () => {
  const rival = { policies: [{ PolicyName: 'cpu-70', PolicyType: 'TargetTrackingScaling', Enabled: true }] };

  test('is refused in live mode, in a sentence with its remedy', async () => {
    await expect(check(rival)).rejects.toThrow(
      new InputProblem(
        'deployment weighted-classifier: The policy cpu-70 (TargetTrackingScaling) sets the size of weighted-classifier-cpu too. Mend it (spillway doctor says how), or say --allow-policies where it is meant.',
      ),
    );
  });

  test('is told in shadow mode, and where a person allows it', async () => {
    expect(await check({ ...rival, mode: 'shadow' })).toHaveLength(1);
    expect(await check({ ...rival, allowsPolicies: true })).toHaveLength(1);
  });

  test.each([
    ['whose alarms rest', { ...rival, suspended: ['AlarmNotification'] }],
    ['that is disabled', { policies: [{ ...rival.policies[0], Enabled: false }] }],
    [
      'that only forecasts',
      {
        policies: [
          {
            PolicyName: 'p',
            PolicyType: 'PredictiveScaling',
            PredictiveScalingConfiguration: { Mode: 'ForecastOnly' },
          },
        ],
      },
    ],
    ['that is the one to hand back to, which Spillway lets rest', { policies: [handBack] }],
  ])('%s is none', async (_, scene) => {
    expect(await check(scene)).toEqual([]);
  });

  test('and forecasts and scales is one', async () => {
    const predictive = { PolicyName: 'p', PolicyType: 'PredictiveScaling' };
    const acts = { ...predictive, PredictiveScalingConfiguration: { Mode: 'ForecastAndScale' } };
    await expect(check({ policies: [acts] })).rejects.toThrow('The policy p');
    await expect(check({ policies: [acts], suspended: ['AlarmNotification'] })).rejects.toThrow('The policy p');
  });
});

test('a scheduled action is refused, even where alarms rest', async () => {
  const schedule = [{ ScheduledActionName: 'morning' }];
  await expect(check({ schedule, suspended: ['AlarmNotification'] })).rejects.toThrow('The scheduled action morning');
});

test('a group whose sizes are no counts of instances is refused', async () => {
  const heavy = { AutoScalingGroupName: 'weighted-classifier-cpu', MinSize: 1, MaxSize: 64, DesiredCapacity: 32 };
  const Instances = [{ InstanceId: 'i-1', LifecycleState: 'InService', WeightedCapacity: '8' }];
  const answers = { DescribeAutoScalingGroups: () => ({ AutoScalingGroups: [{ ...heavy, Instances }] }) };
  await expect(check({ answers })).rejects.toThrow(
    'The sizes of weighted-classifier-cpu are counted in weights of instances (8), and not in instances.',
  );
});

test('suspended processes are told', async () => {
  expect(await check({ suspended: ['Launch', 'AlarmNotification'] })).toEqual([
    'The process Launch of weighted-classifier-cpu is suspended.',
  ]);
});

test('an alias in the middle of a rollout is told: it may be a rollout of Spillway itself, which goes on', async () => {
  const told = await check({ weights: { 8: 0.1 } });
  expect(told[0]).toContain('in the middle of a rollout: 0.1 of the traffic on version 8');
});

test('a group that is not there, and what cannot be read, are refused', async () => {
  await expect(check({ answers: { DescribeAutoScalingGroups: () => ({ AutoScalingGroups: [] }) } })).rejects.toThrow(
    'There is no group weighted-classifier-cpu.',
  );
  const denied = () => {
    throw refusal('AccessDenied', 403);
  };
  await expect(check({ answers: { DescribePolicies: denied } })).rejects.toThrow('cannot be read (DescribePolicies');
});

test('a budget that live mode does without is told, in either mode, and no reason to refuse', async () => {
  const { profile } = await example('image-classifier');
  const patient = { ...profile, budgets: { accuracy: true, misses: true } };
  for (const mode of ['live', 'shadow'] as const) {
    expect((await check({ mode, profile: patient })).join()).toContain('budgets.misses is not carried out');
  }
  expect(await check({ profile: { ...patient, router: 'weights' } })).toEqual([]);
});
