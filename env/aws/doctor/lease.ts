import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { about } from './finding.ts';
import type { Check } from './patient.ts';
import { shapes } from './shapes.ts';
import { unread } from './unread.ts';

/** There is a place where controllers agree on who may write. */
export const lease: Check = async ({ readings, deployment: { name, lease } }) => {
  if (lease.table === null) {
    if (lease.file !== null)
      return [about('lease', lease.file).ok('A file: it holds between controllers of one host.')];
    return [
      about('lease', 'none').warning(
        'The deployment has no lease: live mode refuses to begin, unless it is told that nobody else writes.',
        'Name a table or a file under lease.',
      ),
    ];
  }
  const on = about('lease', lease.table);
  const { dynamo: client } = readings.clients;
  const command = new GetItemCommand({ TableName: lease.table, Key: { service: { S: name } }, ConsistentRead: true });
  const { value, fault } = await readings.read('dynamodb:GetItem', lease.table, {
    client,
    send: (options) => client.send(command, options),
    shape: shapes.lease,
  });
  if (fault !== null) return [unread(on, fault)];
  const holder = value.Item?.holder?.S ?? null;
  return [on.ok(holder === null ? `Nobody holds the lease of ${name}.` : `${holder} holds the lease of ${name}.`)];
};
