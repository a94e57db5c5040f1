import { describe, expect, test } from 'vitest';
import type { Mutation } from '../../../env/aws/writing/mutation.ts';
import { requestOf } from '../../../env/aws/writing/request-of.ts';

const inputOf = (mutation: Mutation) => requestOf(mutation).input;

test('a capacity is absolute, and does not honour a cooldown that is not ours', () => {
  expect(requestOf({ kind: 'set-desired-capacity', group: 'g', desired: 3 })).toEqual({
    client: 'autoScaling',
    operation: 'SetDesiredCapacity',
    input: { AutoScalingGroupName: 'g', DesiredCapacity: 3, HonorCooldown: false },
  });
});

test.each([
  ['suspend-alarms', 'SuspendProcesses'],
  ['resume-alarms', 'ResumeProcesses'],
] as const)('%s names the one process, since without a name all of them would be meant', (kind, operation) => {
  expect(requestOf({ kind, group: 'g' })).toMatchObject({
    operation,
    input: { ScalingProcesses: ['AlarmNotification'] },
  });
});

describe('a rule', () => {
  const weights = [{ targetGroup: 'arn:a', weight: 1 }];

  test('is sent back as a whole: what comes before the forward, its order, its stickiness', () => {
    const sticky = { TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 } };
    const before: Extract<Mutation, { kind: 'modify-rule' }>['before'] = [
      { Type: 'authenticate-oidc', Order: 1 },
      { Type: 'forward', Order: 2, ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'arn:b' }], ...sticky } },
    ];
    expect(inputOf({ kind: 'modify-rule', rule: 'arn:r', weights, before })).toEqual({
      RuleArn: 'arn:r',
      Actions: [
        { Type: 'authenticate-oidc', Order: 1 },
        {
          Type: 'forward',
          Order: 2,
          ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'arn:a', Weight: 1 }], ...sticky },
        },
      ],
    });
  });

  test('keeps the client secret of its authentication, which nobody can read', () => {
    const oidc = { Issuer: 'i', AuthorizationEndpoint: 'a', TokenEndpoint: 't', UserInfoEndpoint: 'u', ClientId: 'c' };
    const before = [{ Type: 'authenticate-oidc', AuthenticateOidcConfig: oidc } as const, { Type: 'forward' } as const];
    expect(inputOf({ kind: 'modify-rule', rule: 'arn:r', weights, before })).toMatchObject({
      Actions: [{ AuthenticateOidcConfig: { ...oidc, UseExistingClientSecret: true } }, { Type: 'forward' }],
    });
  });

  test('that forwarded to one group by its name alone names only the list', () => {
    const before = [{ Type: 'forward', TargetGroupArn: 'arn:b' } as const];
    expect(inputOf({ kind: 'modify-rule', rule: 'arn:r', weights, before })).toEqual({
      RuleArn: 'arn:r',
      Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: 'arn:a', Weight: 1 }] } }],
    });
  });
});

test('an alias without a canary sends an empty map, since weights that are left out stay', () => {
  const alias = { kind: 'update-alias', function: 'f', alias: 'live', version: '2', revision: 'r' } as const;
  expect(inputOf({ ...alias, canary: null })).toMatchObject({ RoutingConfig: { AdditionalVersionWeights: {} } });
  expect(inputOf({ ...alias, canary: { version: '3', share: 0.1 } })).toMatchObject({
    FunctionVersion: '2',
    RevisionId: 'r',
    RoutingConfig: { AdditionalVersionWeights: { 3: 0.1 } },
  });
});

test('memory and version carry the revision that was read, so that somebody else’s change refuses them', () => {
  expect(inputOf({ kind: 'update-memory', function: 'f', memoryMb: 512, revision: 'r' })).toEqual({
    FunctionName: 'f',
    MemorySize: 512,
    RevisionId: 'r',
  });
  expect(inputOf({ kind: 'publish-version', function: 'f', revision: 'r', description: 'd' })).toMatchObject({
    RevisionId: 'r',
  });
});

test('environments are provisioned on a version', () => {
  expect(inputOf({ kind: 'provision', function: 'f', version: '2', environments: 5 })).toEqual({
    FunctionName: 'f',
    Qualifier: '2',
    ProvisionedConcurrentExecutions: 5,
  });
  expect(inputOf({ kind: 'unprovision', function: 'f', version: '2' })).toEqual({ FunctionName: 'f', Qualifier: '2' });
});

describe('a version that is deleted', () => {
  test('is named, since without a name the whole function would go', () => {
    expect(requestOf({ kind: 'delete-version', function: 'f', version: '7' })).toEqual({
      client: 'lambda',
      operation: 'DeleteFunction',
      input: { FunctionName: 'f', Qualifier: '7' },
    });
  });

  test.each(['', '$LATEST', 'live', '0', ' 3'])('is a published one, not "%s"', (version) => {
    expect(() => requestOf({ kind: 'delete-version', function: 'f', version })).toThrow('no published version');
  });
});
