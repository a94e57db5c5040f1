import { type Configuration, isSettled, latest, revisionOf } from './configuration.ts';
import { checkRevision, conflict, invalid, notFound } from './refusal.ts';
import type { LambdaSetting } from './setting.ts';

export interface Publication {
  readonly codeSha256: string | null;
  readonly revision: string | null;
  readonly description: string | null;
}

/** $LATEST and the published versions of one function. */
export class Versions {
  readonly #arn: string;
  readonly #setting: LambdaSetting;
  #latest: Configuration;
  /** Oldest first. */
  readonly #published: Configuration[] = [];
  #deploys = 0;
  /** Numbers are not used twice. */
  #count = 1;

  constructor(arn: string, setting: LambdaSetting, memoryMb: number) {
    this.#arn = arn;
    this.#setting = setting;
    const initial = { version: latest, memoryMb, description: '', codeSha256: codeOf(arn, 0), errorShare: 0 };
    this.#latest = this.#stamped(initial, 0);
    this.#published.push(this.#stamped({ ...initial, version: '1' }, 0));
  }

  get latest(): Configuration {
    return this.#latest;
  }

  /** Oldest first. */
  get published(): readonly Configuration[] {
    return this.#published;
  }

  /** By number, or `$LATEST`. */
  find(version: string): Configuration {
    const found = version === latest ? this.#latest : this.#published.find((one) => one.version === version);
    if (found === undefined) throw notFound(`Function not found: ${this.#arn}:${version}`);
    return found;
  }

  update(change: { memoryMb: number | null; description: string | null }, revision: string | null): Configuration {
    this.#refuseDuringUpdate();
    checkRevision(revision, this.#revision(), 'GetFunction/GetAlias');
    const { memoryMb } = change;
    if (memoryMb !== null && !(Number.isInteger(memoryMb) && memoryMb >= 128 && memoryMb <= 10_240)) {
      throw invalid(`'MemorySize' value failed to satisfy constraint: Member must be a whole number from 128 to 10240`);
    }
    this.#latest = this.#stamped(
      {
        ...this.#latest,
        memoryMb: memoryMb ?? this.#latest.memoryMb,
        description: change.description ?? this.#latest.description,
      },
      this.#setting.timing.updateSeconds,
    );
    return this.#latest;
  }

  /** The newest version where nothing has changed since it was published. */
  publish({ codeSha256, revision, description }: Publication): Configuration {
    this.#refuseDuringUpdate();
    checkRevision(revision, this.#revision(), 'GetFunction/GetAlias');
    if (codeSha256 !== null && codeSha256 !== this.#latest.codeSha256) {
      throw invalid(
        `CodeSHA256 (${codeSha256}) is different from current CodeSHA256 in $LATEST (${this.#latest.codeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
      );
    }
    const newest = this.#published.at(-1);
    if (
      newest !== undefined &&
      newest.memoryMb === this.#latest.memoryMb &&
      newest.codeSha256 === this.#latest.codeSha256
    )
      return newest;
    return this.#publish(description ?? this.#latest.description, this.#setting.timing.publishSeconds);
  }

  /** New code, and a version of it that is active at once. */
  deploy(): Configuration {
    this.#latest = this.#stamped({ ...this.#latest, codeSha256: codeOf(this.#arn, ++this.#deploys) }, 0);
    return this.#publish('A deploy', 0);
  }

  #publish(description: string, settlingSeconds: number): Configuration {
    const version = String(++this.#count);
    const errorShare = this.#setting.faults.active('bad-version', nameIn(this.#arn))?.strength ?? 0;
    const made = this.#stamped({ ...this.#latest, version, description, errorShare }, settlingSeconds);
    this.#published.push(made);
    return made;
  }

  /** What is not there is gone already. */
  delete(version: string): void {
    const index = this.#published.findIndex((one) => one.version === version);
    if (index >= 0) this.#published.splice(index, 1);
  }

  #revision(): string {
    return revisionOf(this.#latest, this.#setting.clock.nowMs());
  }

  #refuseDuringUpdate(): void {
    if (isSettled(this.#latest, this.#setting.clock.nowMs())) return;
    throw conflict(
      `The operation cannot be performed at this time. An update is in progress for resource: ${this.#arn}`,
    );
  }

  #stamped(
    configuration: Omit<Configuration, 'changedMs' | 'settledMs' | 'revisions'>,
    settlingSeconds: number,
  ): Configuration {
    const nowMs = this.#setting.clock.nowMs();
    const revisions = [this.#setting.newRevision(), this.#setting.newRevision()] as const;
    return { ...configuration, changedMs: nowMs, settledMs: nowMs + 1000 * settlingSeconds, revisions };
  }
}

function nameIn(arn: string): string {
  return arn.split(':').at(-1)!;
}

/** Stands for the hash of the code that is deployed. */
function codeOf(arn: string, deploy: number): string {
  return Buffer.from(`${arn.slice(-24).padStart(24, '-')}${String(deploy).padStart(8, '0')}`).toString('base64');
}
