import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../../env/twin/faults/fault.ts';
import { FaultSchedule } from '../../../../env/twin/faults/schedule.ts';
import { LambdaFunctions } from '../../../../env/twin/lambda/functions.ts';
import { lambdaService } from '../../../../env/twin/lambda/service.ts';
import { type Input, type Output, ServiceError } from '../../../../env/twin/operation.ts';

const FunctionName = 'classifier';

/** A function with version 1 behind the alias live, and a clock that is moved by hand. */
function lambda(...faults: Fault[]) {
  const time = { seconds: 0 };
  const functions = new LambdaFunctions({
    clock: { nowMs: () => 1_800_000_000_000 + 1000 * time.seconds },
    faults: new FaultSchedule(faults, () => time.seconds),
    place: { region: 'eu-west-1', account: '123456789012' },
    functions: [{ name: FunctionName, aliases: ['live'], memoryMb: 1024, reservedConcurrency: 100 }],
  });
  const service = lambdaService(functions);
  const call = (operation: string, input: Input = {}): Output => service[operation]!({ FunctionName, ...input });
  const refusal = (operation: string, input: Input = {}) => {
    try {
      call(operation, input);
    } catch (error) {
      if (error instanceof ServiceError) return { code: error.code, status: error.status, message: error.message };
      throw error;
    }
    throw new Error(`${operation} was not refused`);
  };
  /** Memory of $LATEST, published as a version. */
  const publish = (memoryMb: number) => {
    call('UpdateFunctionConfiguration', { MemorySize: memoryMb });
    time.seconds += 10;
    const { Version } = call('PublishVersion');
    time.seconds += 10;
    return String(Version);
  };
  const alias = () => call('GetAlias', { Name: 'live' });
  const moveTo = (FunctionVersion: string, weights: Record<string, number> = {}) =>
    call('UpdateAlias', { Name: 'live', FunctionVersion, RoutingConfig: { AdditionalVersionWeights: weights } });
  return { time, functions, call, refusal, publish, alias, moveTo };
}

const once = (part: Partial<Fault> & Pick<Fault, 'kind'>): Fault => ({
  ...{ atSeconds: 0, forSeconds: 1e6, service: null, operation: null, resource: null, strength: 1 },
  ...part,
});

describe('an update of the configuration', () => {
  test('is in progress for some seconds, during which no other begins and no version is published', () => {
    const { time, call, refusal } = lambda();
    expect(call('UpdateFunctionConfiguration', { MemorySize: 2048 })).toMatchObject({
      ...{ MemorySize: 2048, LastUpdateStatus: 'InProgress', State: 'Active', Version: '$LATEST' },
    });
    const inProgress = { code: 'ResourceConflictException', status: 409 };
    expect(refusal('UpdateFunctionConfiguration', { MemorySize: 4096 })).toMatchObject(inProgress);
    expect(refusal('PublishVersion')).toMatchObject(inProgress);
    time.seconds = 10;
    expect(call('GetFunctionConfiguration')).toMatchObject({ MemorySize: 2048, LastUpdateStatus: 'Successful' });
  });

  test('with the revision of somebody else is refused, and so is one from before the last update ended', () => {
    const { time, call, refusal } = lambda();
    const { RevisionId: read } = call('GetFunctionConfiguration');
    const { RevisionId: during } = call('UpdateFunctionConfiguration', { MemorySize: 2048, RevisionId: read });
    time.seconds = 10;
    const stale = { code: 'PreconditionFailedException', status: 412 };
    for (const RevisionId of [read, during]) {
      expect(refusal('UpdateFunctionConfiguration', { MemorySize: 512, RevisionId })).toMatchObject(stale);
      expect(refusal('PublishVersion', { RevisionId })).toMatchObject(stale);
    }
    expect(call('PublishVersion', call('GetFunctionConfiguration'))).toMatchObject({ MemorySize: 2048 });
  });

  test.each([127, 10_241, 1024.5])('to %d MB is refused', (MemorySize) => {
    expect(lambda().refusal('UpdateFunctionConfiguration', { MemorySize })).toMatchObject({
      ...{ code: 'InvalidParameterValueException', status: 400 },
    });
  });

  test('leaves what is published as it is', () => {
    const { publish, call, functions } = lambda();
    publish(2048);
    expect(call('GetFunctionConfiguration', { Qualifier: 'live' })).toMatchObject({ Version: '1', MemorySize: 1024 });
    expect(functions.inForce(FunctionName, 'live')).toEqual({ memoryMb: 1024, provisioned: 0 });
  });
});

describe('a version', () => {
  test('is pending before it is active, and no alias moves to it before', () => {
    const { time, call, refusal, alias } = lambda();
    call('UpdateFunctionConfiguration', { MemorySize: 2048 });
    time.seconds = 10;
    expect(call('PublishVersion', { Description: 'more' })).toMatchObject({
      ...{ Version: '2', State: 'Pending', Description: 'more', LastUpdateStatus: 'Successful' },
    });
    expect(refusal('UpdateAlias', { Name: 'live', FunctionVersion: '2' }).code).toBe('ResourceConflictException');
    time.seconds = 20;
    expect(call('GetFunctionConfiguration', { Qualifier: '2' }).State).toBe('Active');
    call('UpdateAlias', { Name: 'live', FunctionVersion: '2' });
    expect(alias().FunctionVersion).toBe('2');
  });

  test('is published once, however often it is asked for', () => {
    const { publish, call } = lambda();
    expect(publish(2048)).toBe('2');
    expect(call('PublishVersion').Version).toBe('2');
    expect(publish(1024), 'as version 1 was, but not as the newest').toBe('3');
    const { Versions } = call('ListVersionsByFunction');
    expect((Versions as Output[]).map(({ Version }) => Version)).toEqual(['$LATEST', '1', '2', '3']);
  });

  test('that is published while a fault says so answers with errors, and goes on to', () => {
    const { time, publish, moveTo, functions } = lambda(once({ kind: 'bad-version', forSeconds: 60, strength: 0.3 }));
    moveTo('1', { [publish(2048)]: 0.1 });
    time.seconds = 1000;
    moveTo(publish(4096), { '2': 0.1 });
    expect(functions.routes(FunctionName, 'live')).toMatchObject([{ errorShare: 0 }, { errorShare: 0.3 }]);
  });

  test('of other code than was meant is refused', () => {
    expect(lambda().refusal('PublishVersion', { CodeSha256: 'other' }).code).toBe('InvalidParameterValueException');
  });

  test('and its function are found by ARN too; what is unknown is not found', () => {
    const { call, refusal } = lambda();
    const { FunctionArn } = call('GetFunctionConfiguration', { Qualifier: '1' });
    expect(FunctionArn).toBe('arn:aws:lambda:eu-west-1:123456789012:function:classifier:1');
    expect(call('GetFunctionConfiguration', { FunctionName: FunctionArn }).FunctionName).toBe(FunctionName);
    const unknown = { code: 'ResourceNotFoundException', status: 404 };
    expect(refusal('GetFunctionConfiguration', { FunctionName: 'other' })).toMatchObject(unknown);
    expect(refusal('GetFunctionConfiguration', { Qualifier: '9' })).toMatchObject(unknown);
    expect(refusal('GetAlias', { Name: 'other' })).toMatchObject(unknown);
    expect(refusal('UpdateAlias', { Name: 'live', FunctionVersion: '9' })).toMatchObject(unknown);
  });
});

describe('an alias', () => {
  test('splits its traffic between two versions; weights stay where they are not given and go where they are empty', () => {
    const { publish, call, alias, functions } = lambda();
    const next = publish(2048);
    call('UpdateAlias', { Name: 'live', RoutingConfig: { AdditionalVersionWeights: { [next]: 0.1 } } });
    call('UpdateAlias', { Name: 'live', Description: 'a canary' });
    expect(alias()).toMatchObject({
      ...{ FunctionVersion: '1', Description: 'a canary', RoutingConfig: { AdditionalVersionWeights: { '2': 0.1 } } },
    });
    expect(functions.routes(FunctionName, 'live')).toEqual([
      { version: '1', share: 0.9, memoryMb: 1024, errorShare: 0 },
      { version: '2', share: 0.1, memoryMb: 2048, errorShare: 0 },
    ]);
    call('UpdateAlias', { Name: 'live', FunctionVersion: next, RoutingConfig: {} });
    expect(alias()).not.toHaveProperty('RoutingConfig');
    expect(functions.inForce(FunctionName, 'live')?.memoryMb).toBe(2048);
  });

  test.each([
    ['a weight above 1', { '2': 1.1 }],
    ['a weight below 0', { '2': -0.1 }],
    ['two additional versions', { '2': 0.1, '3': 0.1 }],
    ['its own version', { '1': 0.1 }],
    ['$LATEST', { $LATEST: 0.1 }],
  ])('with %s is refused and stays as it was', (_, weights) => {
    const { publish, refusal, alias } = lambda();
    publish(2048);
    publish(4096);
    const before = alias();
    const RoutingConfig = { AdditionalVersionWeights: weights };
    expect(refusal('UpdateAlias', { Name: 'live', RoutingConfig }).code).toBe('InvalidParameterValueException');
    expect(alias()).toEqual(before);
  });

  test('that somebody else has moved refuses the revision from before', () => {
    const { publish, refusal, alias, moveTo } = lambda();
    const { RevisionId } = alias();
    moveTo(publish(2048));
    expect(refusal('UpdateAlias', { Name: 'live', FunctionVersion: '1', RevisionId })).toMatchObject({
      ...{ code: 'PreconditionFailedException', status: 412 },
    });
  });

  test('is moved by a deploy to new code', () => {
    const { time, call, alias, functions } = lambda(once({ kind: 'alias-moved', atSeconds: 60, forSeconds: 0 }));
    const { CodeSha256, RevisionId } = call('GetFunctionConfiguration');
    const { RevisionId: aliasRevision } = alias();
    time.seconds = 60;
    expect(functions.inForce(FunctionName, 'live')?.memoryMb).toBe(1024);
    expect(alias().FunctionVersion).toBe('2');
    expect(alias().RevisionId).not.toBe(aliasRevision);
    const after = call('GetFunctionConfiguration');
    expect(after.CodeSha256).not.toBe(CodeSha256);
    expect(after.RevisionId).not.toBe(RevisionId);
  });
});

describe('provisioned concurrency', () => {
  const provision = (Qualifier: string, ProvisionedConcurrentExecutions: number) => ({
    ...{ Qualifier, ProvisionedConcurrentExecutions },
  });

  test('grows until it is ready, and serves what an alias routes to its version', () => {
    const { time, call, publish, moveTo, functions } = lambda();
    const next = publish(2048);
    expect(call('PutProvisionedConcurrencyConfig', provision(next, 10))).toMatchObject({
      ...{ Status: 'IN_PROGRESS', RequestedProvisionedConcurrentExecutions: 10 },
    });
    time.seconds += 45;
    const status = () => call('GetProvisionedConcurrencyConfig', { Qualifier: next });
    expect(status()).toMatchObject({ Status: 'IN_PROGRESS', AvailableProvisionedConcurrentExecutions: 5 });
    time.seconds += 45;
    expect(status()).toMatchObject({ Status: 'READY', AvailableProvisionedConcurrentExecutions: 10 });
    expect(functions.inForce(FunctionName, 'live')?.provisioned, 'the alias leads elsewhere').toBe(0);
    moveTo(next);
    expect(functions.inForce(FunctionName, 'live')?.provisioned).toBe(10);
    call('PutProvisionedConcurrencyConfig', provision(next, 4));
    expect(functions.inForce(FunctionName, 'live')?.provisioned, 'fewer are there at once').toBe(4);
    call('DeleteProvisionedConcurrencyConfig', { Qualifier: next });
    expect(functions.inForce(FunctionName, 'live')?.provisioned).toBe(0);
  });

  test('that is not there is not found', () => {
    const gone = { code: 'ProvisionedConcurrencyConfigNotFoundException', status: 404 };
    for (const operation of ['GetProvisionedConcurrencyConfig', 'DeleteProvisionedConcurrencyConfig']) {
      expect(lambda().refusal(operation, { Qualifier: '1' })).toMatchObject(gone);
    }
  });

  test('is refused on $LATEST, on an alias with weights, twice on one version, and beyond what is reserved', () => {
    const { publish, refusal, call, moveTo } = lambda();
    publish(2048);
    const said = (qualifier: string, count = 1) =>
      refusal('PutProvisionedConcurrencyConfig', provision(qualifier, count)).message;
    expect(said('$LATEST')).toContain('unpublished');
    expect(said('1', 101)).toContain('greater than the reserved');
    expect(said('1', 0)).toContain('at least 1');
    moveTo('1', { '2': 0.1 });
    expect(said('live')).toBe('Alias with weights can not be used with Provisioned Concurrency');
    moveTo('1');
    call('PutProvisionedConcurrencyConfig', provision('1', 1));
    expect(said('live')).toContain('already Provisioned version');
    call('DeleteProvisionedConcurrencyConfig', { Qualifier: '1' });
    call('PutProvisionedConcurrencyConfig', provision('live', 1));
    expect(said('1')).toContain('pointed by a Provisioned Concurrency alias');
  });

  test('ends in FAILED where environments cannot start', () => {
    const { time, call } = lambda(once({ kind: 'provisioning-fails' }));
    call('PutProvisionedConcurrencyConfig', provision('1', 10));
    time.seconds = 100;
    expect(call('GetProvisionedConcurrencyConfig', { Qualifier: '1' })).toMatchObject({
      ...{ Status: 'FAILED', AvailableProvisionedConcurrentExecutions: 0, StatusReason: 'FUNCTION_ERROR_INIT_FAILURE' },
    });
  });

  test('on an alias that moves makes AWS set weights of its own, until the new environments are ready', () => {
    const { time, call, publish, moveTo, alias, refusal, functions } = lambda();
    const next = publish(2048);
    call('PutProvisionedConcurrencyConfig', provision('live', 10));
    time.seconds += 100;
    moveTo(next);
    time.seconds += 45;
    expect(alias()).toMatchObject({ FunctionVersion: '2', RoutingConfig: { AdditionalVersionWeights: { '1': 0.5 } } });
    expect(refusal('PutProvisionedConcurrencyConfig', provision('live', 20)).message).toContain('Alias with weights');
    time.seconds += 45;
    expect(alias()).not.toHaveProperty('RoutingConfig');
    expect(functions.inForce(FunctionName, 'live')).toEqual({ memoryMb: 2048, provisioned: 10 });
    call('PutProvisionedConcurrencyConfig', provision('live', 20));
    expect(alias(), 'it has arrived').not.toHaveProperty('RoutingConfig');
  });

  test('on an alias that moves to a version that cannot start leaves all traffic with the old one, for ever', () => {
    const { time, call, publish, moveTo, alias, functions } = lambda(
      once({ kind: 'provisioning-fails', atSeconds: 60 }),
    );
    call('PutProvisionedConcurrencyConfig', provision('live', 10));
    const next = publish(2048);
    time.seconds = 200;
    moveTo(next);
    time.seconds = 50_000;
    expect(alias()).toMatchObject({ FunctionVersion: '2', RoutingConfig: { AdditionalVersionWeights: { '1': 1 } } });
    expect(functions.routes(FunctionName, 'live')).toMatchObject([
      { version: '2', share: 0 },
      { version: '1', share: 1 },
    ]);
    expect(functions.inForce(FunctionName, 'live')?.memoryMb).toBe(1024);
  });

  test('is listed by version and alias', () => {
    const { call } = lambda();
    call('PutProvisionedConcurrencyConfig', provision('live', 3));
    expect(call('ListProvisionedConcurrencyConfigs').ProvisionedConcurrencyConfigs).toMatchObject([
      { FunctionArn: expect.stringMatching(/:classifier:live$/), RequestedProvisionedConcurrentExecutions: 3 },
    ]);
  });
});

test('reserved concurrency leaves the account what must stay unreserved', () => {
  const { call, refusal } = lambda();
  expect(call('GetFunctionConcurrency')).toEqual({ ReservedConcurrentExecutions: 100 });
  expect(call('PutFunctionConcurrency', { ReservedConcurrentExecutions: 900 })).toEqual({
    ReservedConcurrentExecutions: 900,
  });
  expect(call('GetAccountSettings').AccountLimit).toMatchObject({
    ...{ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 100 },
  });
  expect(refusal('PutFunctionConcurrency', { ReservedConcurrentExecutions: 901 }).message).toContain('minimum value');
});

test('lists come in pages', () => {
  const { publish, call, refusal } = lambda();
  publish(2048);
  const first = call('ListVersionsByFunction', { MaxItems: 2 });
  expect(first.Versions).toHaveLength(2);
  const second = call('ListVersionsByFunction', { MaxItems: 2, Marker: first.NextMarker });
  expect(second.Versions).toMatchObject([{ Version: '2' }]);
  expect(second.NextMarker).toBeUndefined();
  refusal('ListVersionsByFunction', { Marker: 'made up' });
  expect(call('ListAliases', { FunctionVersion: '2' }).Aliases).toEqual([]);
});

describe('a version that is deleted', () => {
  const versions = (call: ReturnType<typeof lambda>['call']) =>
    (call('ListVersionsByFunction').Versions as { Version: string }[]).map(({ Version }) => Version);

  test('is gone alone, and its number is not used again', () => {
    const { call, publish } = lambda();
    publish(2048);
    publish(3008);
    call('DeleteFunction', { Qualifier: '3' });
    expect(versions(call)).toEqual(['$LATEST', '1', '2']);
    expect(publish(512)).toBe('4');
    expect(call('DeleteFunction', { Qualifier: '99' })).toEqual({});
  });

  test('is refused while an alias serves or tries it, and so is what is no version', () => {
    const { refusal, publish, moveTo } = lambda();
    moveTo('1', { [publish(2048)]: 0.1 });
    for (const Qualifier of ['1', '2']) {
      expect(refusal('DeleteFunction', { Qualifier })).toMatchObject({
        ...{ code: 'ResourceConflictException', status: 409 },
        message: expect.stringContaining('[live]'),
      });
    }
    for (const input of [{}, { Qualifier: '$LATEST' }, { Qualifier: 'live' }]) {
      expect(refusal('DeleteFunction', input)).toMatchObject({ code: 'InvalidParameterValueException', status: 400 });
    }
  });
});
