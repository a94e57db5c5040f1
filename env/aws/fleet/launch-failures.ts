import { type AutoScalingClient, DescribeScalingActivitiesCommand } from '@aws-sdk/client-auto-scaling';
import { z } from 'zod';
import type { Hindrance } from '../../hindrance.ts';
import type { Calls } from '../calls/call.ts';

/** Between Karpenter's 3 minutes for an offering without capacity and the 5 of cluster-autoscaler's first back-off. */
const blockMs = 240_000;

const answerShape = z.object({
  Activities: z.array(
    z.object({
      StartTime: z.date(),
      StatusCode: z.string(),
      StatusMessage: z.string().nullish(),
      Description: z.string().nullish(),
    }),
  ),
});

interface Failure {
  readonly startMs: number;
  readonly why: string;
}

/**
 * Launches of one group that failed. A group that asks for more instances than it has, and whose launches failed since its
 * capacity was last written, will not get them, though Auto Scaling tries for ever (cluster-autoscaler's isNodeGroupAvailable).
 */
export class LaunchFailures {
  readonly #client: AutoScalingClient;
  readonly #calls: Calls;
  readonly #group: string;
  #failure: Failure | null = null;

  constructor(client: AutoScalingClient, calls: Calls, group: string) {
    this.#client = client;
    this.#calls = calls;
    this.#group = group;
  }

  /** Whether launches failed since the write; null: by nobody that is known. Where it cannot be read, as before. */
  async haveFailed(writtenAtMs: number | null, nowMs: number): Promise<boolean> {
    const sinceMs = writtenAtMs ?? nowMs - blockMs;
    const answer = await this.#calls.read({
      operation: 'DescribeScalingActivities',
      client: this.#client,
      send: (options) =>
        this.#client.send(
          new DescribeScalingActivitiesCommand({ AutoScalingGroupName: this.#group, MaxRecords: 20 }),
          options,
        ),
      shape: answerShape,
    });
    for (const { StartTime, StatusCode, StatusMessage, Description } of answer.value?.Activities ?? []) {
      if (StatusCode !== 'Failed' || /^Terminating/.test(Description ?? '')) continue;
      const startMs = StartTime.getTime();
      if (startMs > (this.#failure?.startMs ?? 0)) this.#failure = { startMs, why: reasonOf(StatusMessage ?? '') };
    }
    return this.#failure !== null && this.#failure.startMs >= sinceMs;
  }

  /** For a while after the newest failure no launch is asked for. */
  hindrance(pool: string, nowMs: number): Hindrance | null {
    if (this.#failure === null || nowMs >= this.#failure.startMs + blockMs) return null;
    return { kind: 'capacity-failure', forbids: 'launch', said: `The launches of ${pool} fail (${this.#failure.why})` };
  }
}

const codes =
  /InsufficientInstanceCapacity|VcpuLimitExceeded|MaxSpotInstanceCountExceeded|UnfulfillableCapacity|Unsupported|InsufficientFreeAddressesInSubnet|InstanceLimitExceeded/;

function reasonOf(message: string): string {
  const code = codes.exec(message)?.[0];
  if (code !== undefined) return code;
  if (/sufficient .*capacity/i.test(message)) return 'InsufficientInstanceCapacity';
  return message.replace(/\s+/g, ' ').trim().slice(0, 120) || 'no reason given';
}
