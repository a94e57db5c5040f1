import type { Fault } from '../calls/fault.ts';
import { isOurVersion } from './next-step.ts';
import type { RolloutPlan } from './plan.ts';
import type { PublishedVersion } from './read-versions.ts';
import type { RolloutParts } from './rollout.ts';

/** Versions of rollouts that stay, to go back to by hand. */
export const keptVersions = 3;

/**
 * Those that rollouts published and nothing needs any more, oldest first: but for the newest few, those in use, and those that `named` holds.
 * What anybody else published stays.
 */
export function oldVersions(versions: readonly PublishedVersion[], named: readonly (string | null)[]): string[] {
  const ours = versions.filter(({ description }) => isOurVersion(description));
  const newestLast = [...ours].sort((a, b) => Number(a.version) - Number(b.version));
  return newestLast
    .slice(0, -keptVersions)
    .filter(({ version, isUsed }) => !isUsed && !named.includes(version))
    .map(({ version }) => version);
}

/** What one step of tidying up came to. */
export interface Tidied {
  readonly said: readonly string[];
  readonly fault: Fault | null;
}

/** Deletes what old rollouts left behind: each version holds its code, of which an account may store 75 GB (AWS Lambda quotas). */
export class Tidying {
  readonly #parts: Pick<RolloutParts, 'writer' | 'reader'>;
  /** End of the rollout after which nothing was left to do. */
  #doneMs: number | null = null;

  constructor(parts: Pick<RolloutParts, 'writer' | 'reader'>) {
    this.#parts = parts;
  }

  /** At most one write; null: there is nothing to do after this rollout, or nobody knows yet. */
  async step(plan: RolloutPlan | null): Promise<Tidied | null> {
    const end = plan?.end ?? null;
    if (plan === null || end === null || end.as === 'left' || end.atMs === this.#doneMs) return null;
    const { function: name, from, newVersion } = plan;
    const answer = await this.#parts.reader.versions(name);
    if (answer.fault !== null) {
      const { kind, said } = answer.fault;
      return kind === 'denied' ? this.#done(end.atMs, { said: [said], fault: null }) : null;
    }
    const [oldest] = oldVersions(answer.value, [from.version, newVersion]);
    if (oldest === undefined) return this.#done(end.atMs, null);
    const written = await this.#parts.writer.write({ kind: 'delete-version', function: name, version: oldest });
    if (written.state === 'done') {
      return { said: [`${name}: version ${oldest}, which a rollout left behind, is deleted`], fault: null };
    }
    const { fault } = written;
    const tidied = { said: [fault.said], fault };
    // What is only withheld, or may have happened, is looked at again; what is refused is left until the next rollout.
    return fault.kind === 'withheld' || written.state === 'unknown' ? tidied : this.#done(end.atMs, tidied);
  }

  #done(endMs: number, tidied: Tidied | null): Tidied | null {
    this.#doneMs = endMs;
    return tidied;
  }
}
