import type { Deployment } from '../deployment/deployment.ts';
import type { Writer } from './writing/writer.ts';

/**
 * Gives the groups that declare a target-tracking policy back to it, and takes them again: the policies are there all the time, and rest
 * while their process AlarmNotification is suspended (Amazon EC2 Auto Scaling user guide, suspend and resume processes).
 */
export class HandBackToPolicies {
  readonly #groups: readonly string[];
  readonly #writer: Writer;
  readonly #forget: () => void;

  /** `forget`: told when the groups are Spillway's again, whose counts are then no longer what it wrote. */
  constructor({ pools }: Pick<Deployment, 'pools'>, writer: Writer, forget: () => void) {
    this.#groups = pools.flatMap(({ autoScalingGroup, handBackPolicy }) =>
      handBackPolicy === null ? [] : [autoScalingGroup],
    );
    this.#writer = writer;
    this.#forget = forget;
  }

  /** Groups without a policy stay as they are. Throws what was not done, to be done again; saying it twice is harmless. */
  async give(): Promise<void> {
    await this.#all('resume-alarms');
  }

  /** So that no policy writes beside Spillway. */
  async takeBack(): Promise<void> {
    await this.#all('suspend-alarms');
    this.#forget();
  }

  async #all(kind: 'resume-alarms' | 'suspend-alarms'): Promise<void> {
    const failed: string[] = [];
    for (const group of this.#groups) {
      const written = await this.#writer.write({ kind, group });
      if (written.state !== 'done') failed.push(`${group}: ${written.fault.said}`);
    }
    if (failed.length > 0) throw new Error(`${kind} was not done everywhere (${failed.join('; ')})`);
  }
}

/** Null: no group declares a policy, so there is nobody to give anything to. */
export function handBackOf(
  deployment: Pick<Deployment, 'pools'>,
  writer: Writer,
  forget: () => void,
): HandBackToPolicies | null {
  const isDeclared = deployment.pools.some(({ handBackPolicy }) => handBackPolicy !== null);
  return isDeclared ? new HandBackToPolicies(deployment, writer, forget) : null;
}
