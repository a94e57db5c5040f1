import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import type { Calls } from './call.ts';

const shape = z.object({ Parameter: z.object({ Value: z.string() }) });

/** What a parameter of SSM says; null: it could not be read. Never throws. */
export async function readParameter(client: SSMClient, calls: Calls, name: string): Promise<string | null> {
  const { value } = await calls.read({
    operation: 'GetParameter',
    client,
    send: (options) => client.send(new GetParameterCommand({ Name: name }), options),
    shape,
  });
  return value?.Parameter.Value ?? null;
}
