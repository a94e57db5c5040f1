import { GetFunctionConfigurationCommand, GetProvisionedConcurrencyConfigCommand } from '@aws-sdk/client-lambda';
import type { FunctionDeployment } from '../../deployment/deployment.ts';
import type { ServiceProfile } from '../../types.ts';
import type { Answer } from '../calls/call.ts';
import { keptVersions, oldVersions } from '../rollout/old-versions.ts';
import { concurrency } from './concurrency.ts';
import type { Examination } from './examination.ts';
import { about, type Finding } from './finding.ts';
import type { Check, Patient } from './patient.ts';
import { type Alias, type Configuration, shapes } from './shapes.ts';
import { unread } from './unread.ts';

/** The functions are there, at rest, their aliases point at one published version of a memory size that the profile has, and Lambda takes as much at once as the profile counts on. */
export const functions: Check = async (patient) => {
  const { deployment, profile } = patient;
  const found = await Promise.all(
    deployment.functions.map(async (one, variant) => {
      if (one !== null) return functionOf(one, patient);
      const needed = profile.lambda.serviceMs[variant]!.some((ms) => ms !== null);
      const { name } = profile.variants[variant]!;
      if (!needed) return [];
      return [
        about('function', name).warning(
          `The profile runs ${name} on Lambda, but the deployment names no function for it: it is never spilled.`,
          `Name one under functions.${name}, unless Lambda is not to serve it.`,
        ),
      ];
    }),
  );
  return found.flat();
};

async function functionOf(one: FunctionDeployment, patient: Patient): Promise<readonly Finding[]> {
  const { readings, profile } = patient;
  const on = about('function', one.name);
  const latest = await configurationOf(one.name, null, readings);
  if (latest.fault !== null) return [unread(on, latest.fault)];
  const alias = await readings.alias(one.name, one.alias);
  if (alias.fault !== null) return [unread(about('function', `${one.name}:${one.alias}`), alias.fault)];
  const live = await configurationOf(one.name, one.alias, readings);
  const provisioned = await provisionedOf(one.name, one.alias, readings);
  const versions = await readings.versions(one.name);
  const findings = [
    ...rest(latest.value, on),
    ...route(alias.value, on),
    ...(live.fault === null ? memory(live.value, profile, on) : [unread(on, live.fault)]),
    ...(provisioned.fault === null ? [provisionedAlias(one, on)] : []),
    ...(await concurrency(one.name, patient)),
    ...(versions.fault === null ? [] : [unread(on, versions.fault)]),
  ];
  if (findings.length > 0) return findings;
  const old = oldVersions(versions.value ?? [], []).length;
  const left =
    old === 0
      ? ''
      : ` Rollouts left ${old} versions that nothing uses: all but the newest ${keptVersions} go after the next one.`;
  return [on.ok(`${one.alias} is version ${alias.value.FunctionVersion} with ${live.value?.MemorySize} MB.${left}`)];
}

/** `Qualifier` null: of what is not published yet. */
function configurationOf(
  FunctionName: string,
  Qualifier: string | null,
  readings: Examination,
): Promise<Answer<Configuration>> {
  const { lambda: client } = readings.clients;
  const input = { FunctionName, ...(Qualifier === null ? {} : { Qualifier }) };
  return readings.read('lambda:GetFunctionConfiguration', `${FunctionName}:${Qualifier}`, {
    client,
    send: (options) => client.send(new GetFunctionConfigurationCommand(input), options),
    shape: shapes.configuration,
  });
}

function provisionedOf(FunctionName: string, Qualifier: string, readings: Examination): Promise<Answer<unknown>> {
  const { lambda: client } = readings.clients;
  const command = new GetProvisionedConcurrencyConfigCommand({ FunctionName, Qualifier });
  return readings.read('lambda:GetProvisionedConcurrencyConfig', `${FunctionName}:${Qualifier}`, {
    client,
    send: (options) => client.send(command, options),
    shape: shapes.provisioned,
  });
}

function rest({ State, LastUpdateStatus }: Configuration, on: ReturnType<typeof about>): readonly Finding[] {
  if (State !== 'Active') {
    return [on.problem(`Its state is ${State}.`, 'Wait until it is Active, or mend it in the console.')];
  }
  if (LastUpdateStatus === 'Successful') return [];
  return [on.warning(`Its last update is ${LastUpdateStatus}.`, 'Wait until it is over, or mend it.')];
}

/** Weights on an alias are a rollout under way, or one that broke off (Lambda developer guide, weighted aliases). */
function route({ FunctionVersion, RoutingConfig }: Alias, on: ReturnType<typeof about>): readonly Finding[] {
  const weights = Object.entries(RoutingConfig?.AdditionalVersionWeights ?? {});
  const findings: Finding[] = [];
  if (weights.length > 0) {
    const shares = weights.map(([version, share]) => `${share} to version ${version}`).join(', ');
    findings.push(
      on.warning(
        `Its alias is in the middle of a rollout: version ${FunctionVersion}, with ${shares}.`,
        'Spillway goes on with one of its own, and leaves the function alone during any other: finish it, or take the weights away.',
      ),
    );
  }
  if (FunctionVersion === '$LATEST') {
    findings.push(
      on.problem(
        'Its alias points at $LATEST, which has no versions to go back to.',
        'Publish a version, and point the alias at it.',
      ),
    );
  }
  return findings;
}

function memory(
  { MemorySize }: Configuration,
  { lambda }: ServiceProfile,
  on: ReturnType<typeof about>,
): readonly Finding[] {
  if (lambda.memoryMb.includes(MemorySize)) return [];
  return [
    on.warning(
      `It has ${MemorySize} MB, which is none of the profile's sizes (${lambda.memoryMb.join(', ')}).`,
      'Add the size to lambda.memoryMb with its times, or expect a rollout to one that the profile knows.',
    ),
  ];
}

/** AWS moves the traffic itself where concurrency is provisioned on the alias, and refuses weights meanwhile. */
function provisionedAlias({ alias }: FunctionDeployment, on: ReturnType<typeof about>): Finding {
  return on.problem(
    `Concurrency is provisioned on its alias ${alias}: AWS then shifts the traffic by itself at each rollout.`,
    'Take it away from the alias; Spillway provisions versions.',
  );
}
