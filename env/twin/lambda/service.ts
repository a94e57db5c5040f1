import { Members } from '../members.ts';
import type { Input, Output, Service } from '../operation.ts';
import { pageOf } from '../page.ts';
import { type Alias, aliasOutput } from './alias.ts';
import { type Configuration, configurationOutput } from './configuration.ts';
import type { TwinFunction } from './function.ts';
import type { LambdaFunctions } from './functions.ts';
import { provisionOutput } from './provision.ts';
import { invalid } from './refusal.ts';

/** Lambda's API, as far as a controller and its operators need it. */
export function lambdaService(functions: LambdaFunctions): Service {
  const about = (operation: (found: TwinFunction, members: Members) => Output) => (input: Input) => {
    const members = new Members(input, 'ValidationException');
    return operation(functions.function(members.text('FunctionName')), members);
  };
  const described = (found: TwinFunction, configuration: Configuration) =>
    configurationOutput(found.name, found.arn, configuration, functions.nowMs);
  const alias = (found: TwinFunction, one: Alias) => aliasOutput(found.arn, one, found.routes(one.name));

  return {
    GetFunctionConfiguration: about((found, members) =>
      described(found, found.configuration(members.textOrNull('Qualifier'))),
    ),
    UpdateFunctionConfiguration: about((found, members) => {
      const change = { memoryMb: members.numberOrNull('MemorySize'), description: members.textOrNull('Description') };
      return described(found, found.versions.update(change, members.textOrNull('RevisionId')));
    }),
    PublishVersion: about((found, members) =>
      described(
        found,
        found.versions.publish({
          codeSha256: members.textOrNull('CodeSha256'),
          revision: members.textOrNull('RevisionId'),
          description: members.textOrNull('Description'),
        }),
      ),
    ),
    ListVersionsByFunction: about((found, members) => {
      const all = [found.versions.latest, ...found.versions.published].map((one) => described(found, one));
      return paged('Versions', all, members);
    }),
    ListAliases: about((found, members) => {
      const version = members.textOrNull('FunctionVersion');
      const chosen = found.aliases().filter((one) => version === null || one.version === version);
      return paged(
        'Aliases',
        chosen.map((one) => alias(found, one)),
        members,
      );
    }),
    GetAlias: about((found, members) => alias(found, found.alias(members.text('Name')))),
    UpdateAlias: about((found, members) => {
      const change = {
        version: members.textOrNull('FunctionVersion'),
        weights: weightsOf(members.structureOrNull('RoutingConfig')),
        description: members.textOrNull('Description'),
        revision: members.textOrNull('RevisionId'),
      };
      return alias(found, found.updateAlias(members.text('Name'), change));
    }),
    DeleteFunction: about((found, members) => {
      const qualifier = members.textOrNull('Qualifier');
      if (qualifier === null) throw invalid('The functions of a twin stay: name a version by Qualifier.');
      found.deleteVersion(qualifier);
      return {};
    }),
    PutProvisionedConcurrencyConfig: about((found, members) => {
      const requested = members.number('ProvisionedConcurrentExecutions');
      if (!Number.isInteger(requested) || requested < 1) {
        throw invalid(`ProvisionedConcurrentExecutions is ${requested}, but must be a whole number of at least 1`);
      }
      if (requested > (functions.reserved(found.name) ?? functions.unreserved)) {
        throw invalid(
          'Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function',
        );
      }
      return provisionOutput(found.provision(members.text('Qualifier'), requested), functions.nowMs);
    }),
    GetProvisionedConcurrencyConfig: about((found, members) =>
      provisionOutput(found.provisionOf(members.text('Qualifier')), functions.nowMs),
    ),
    ListProvisionedConcurrencyConfigs: about((found, members) => {
      const all = found.provisions().map((one) => ({
        FunctionArn: `${found.arn}:${one.qualifier}`,
        ...provisionOutput(one, functions.nowMs),
      }));
      return paged('ProvisionedConcurrencyConfigs', all, members);
    }),
    DeleteProvisionedConcurrencyConfig: about((found, members) => {
      found.unprovision(members.text('Qualifier'));
      return {};
    }),
    GetFunctionConcurrency: about((found) => reservation(functions.reserved(found.name))),
    PutFunctionConcurrency: about((found, members) => {
      functions.reserve(found.name, members.number('ReservedConcurrentExecutions'));
      return reservation(functions.reserved(found.name));
    }),
    GetAccountSettings: () => ({
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 262_144_000,
        CodeSizeZipped: 52_428_800,
        ConcurrentExecutions: functions.accountConcurrency,
        UnreservedConcurrentExecutions: functions.unreserved,
      },
      AccountUsage: { TotalCodeSize: 0, FunctionCount: functions.count },
    }),
  };
}

function paged(name: string, all: readonly Output[], members: Members): Output {
  const token = members.textOrNull('Marker') ?? undefined;
  const { items, nextToken } = pageOf(all, members.numberOrNull('MaxItems') ?? 50, token, name);
  return { [name]: items, NextMarker: nextToken };
}

function reservation(reserved: number | null): Output {
  return reserved === null ? {} : { ReservedConcurrentExecutions: reserved };
}

/** `{}` and a structure without weights clear the weights. */
function weightsOf(routing: Members | null): Record<string, number> | null {
  if (routing === null) return null;
  const weights = routing.structureOrNull('AdditionalVersionWeights');
  return Object.fromEntries((weights?.entries() ?? []).map(([version]) => [version, weights!.number(version)]));
}
