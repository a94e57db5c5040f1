import { GetAccountSettingsCommand, GetFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import type { Answer } from '../calls/call.ts';
import { type Examination, part } from './examination.ts';
import { about, type Finding } from './finding.ts';
import type { Patient } from './patient.ts';
import { shapes } from './shapes.ts';
import { unread } from './unread.ts';

/**
 * How many requests Lambda takes at once, against what the profile counts on: beyond it they are refused (429). A reservation bounds a function
 * too, and one of 0 switches it off; without one it shares what the account leaves (Lambda developer guide, reserved concurrency).
 */
export async function concurrency(name: string, { readings, profile }: Patient): Promise<readonly Finding[]> {
  const on = about('function', name);
  const reserved = await reservedOf(name, readings);
  if (reserved.fault !== null) return [unread(on, reserved.fault)];
  const { concurrencyLimit } = profile.lambda;
  if (reserved.value === 0) {
    return [
      on.problem(
        'Its reserved concurrency is 0: Lambda refuses every request for it (429).',
        'Raise it, or take the reservation away; while the function is to rest, leave it out of the deployment.',
      ),
    ];
  }
  const left = reserved.value === null ? await unreservedIn(readings) : reserved;
  if (left.fault !== null) return [unread(about('function', `${name} (account)`), left.fault)];
  if (left.value! >= concurrencyLimit) return [];
  const whose =
    reserved.value === null
      ? `The account leaves ${left.value} at once to all functions without a reservation`
      : `It takes ${left.value} requests at once, its reserved concurrency`;
  return [
    on.warning(
      `${whose}, and the profile counts on ${concurrencyLimit}: beyond that requests are refused (429).`,
      'Raise it (a quota, or put-function-concurrency), or lower lambda.concurrencyLimit in the profile.',
    ),
  ];
}

/** Null: it has none. */
async function reservedOf(FunctionName: string, readings: Examination): Promise<Answer<number | null>> {
  const { lambda: client } = readings.clients;
  const answer = await readings.read('lambda:GetFunctionConcurrency', FunctionName, {
    client,
    send: (options) => client.send(new GetFunctionConcurrencyCommand({ FunctionName }), options),
    shape: shapes.reserved,
  });
  return part(answer, ({ ReservedConcurrentExecutions }) => ReservedConcurrentExecutions ?? null);
}

async function unreservedIn(readings: Examination): Promise<Answer<number>> {
  const { lambda: client } = readings.clients;
  const answer = await readings.read('lambda:GetAccountSettings', 'account', {
    client,
    send: (options) => client.send(new GetAccountSettingsCommand({}), options),
    shape: shapes.account,
  });
  return part(answer, ({ AccountLimit }) => AccountLimit.UnreservedConcurrentExecutions);
}
