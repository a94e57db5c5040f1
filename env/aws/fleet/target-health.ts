import {
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { z } from 'zod';
import type { Calls } from '../calls/call.ts';

/** State by instance id: initial, healthy, unhealthy, draining, unused, unavailable. */
export type TargetHealth = ReadonlyMap<string, string>;

/** Beside those: nobody has looked yet, and it is taken for healthy meanwhile. */
export const unproven = 'unproven';

const answerShape = z.object({
  TargetHealthDescriptions: z.array(
    z.object({ Target: z.object({ Id: z.string() }), TargetHealth: z.object({ State: z.string() }) }),
  ),
});

/** Null: it could not be read. Never throws. */
export async function readTargetHealth(
  client: ElasticLoadBalancingV2Client,
  calls: Calls,
  targetGroup: string,
): Promise<TargetHealth | null> {
  const command = new DescribeTargetHealthCommand({ TargetGroupArn: targetGroup });
  const answer = await calls.read({
    operation: 'DescribeTargetHealth',
    client,
    send: (options) => client.send(command, options),
    shape: answerShape,
  });
  const described = answer.value?.TargetHealthDescriptions ?? null;
  return described && new Map(described.map(({ Target, TargetHealth }) => [Target.Id, TargetHealth.State]));
}
