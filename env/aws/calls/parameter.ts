import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { z } from 'zod';
import type { Answer, Calls } from './call.ts';

const shape = z.object({ Parameter: z.object({ Value: z.string() }) });

/** What a parameter of SSM says. Never throws. */
export async function readParameter(client: SSMClient, calls: Calls, name: string): Promise<Answer<string>> {
  const answer = await calls.read({
    operation: 'GetParameter',
    client,
    send: (options) => client.send(new GetParameterCommand({ Name: name }), options),
    shape,
  });
  return answer.fault === null ? { value: answer.value.Parameter.Value, fault: null } : answer;
}
