import { ServiceError } from '../operation.ts';
import { functionArn } from '../place.ts';
import { type Alias, type Routes, routesOf } from './alias.ts';
import { type Configuration, isSettled, latest } from './configuration.ts';
import { availableAt, type Provision, progressAt } from './provision.ts';
import { checkRevision, conflict, invalid, notFound } from './refusal.ts';
import type { LambdaSetting } from './setting.ts';
import { Versions } from './versions.ts';

export interface AliasChange {
  /** Null: as it was. */
  readonly version: string | null;
  /** Weights by version; null: as they were. */
  readonly weights: Readonly<Record<string, number>> | null;
  readonly description: string | null;
  readonly revision: string | null;
}

/** One Lambda function: its versions, aliases and provisioned concurrency. */
export class TwinFunction {
  readonly name: string;
  readonly arn: string;
  readonly versions: Versions;
  readonly #setting: LambdaSetting;
  readonly #aliases = new Map<string, Alias>();
  readonly #provisions = new Map<string, Provision>();

  constructor(name: string, aliases: readonly string[], memoryMb: number, setting: LambdaSetting) {
    this.name = name;
    this.arn = functionArn(setting.place, name);
    this.#setting = setting;
    this.versions = new Versions(this.arn, setting, memoryMb);
    for (const alias of aliases) {
      this.#store({ name: alias, version: '1', canary: null, description: '', revision: '', left: null });
    }
  }

  /** A version, $LATEST, or the version of an alias. */
  configuration(qualifier: string | null): Configuration {
    const alias = this.#aliases.get(qualifier ?? '');
    return this.versions.find(alias?.version ?? qualifier ?? latest);
  }

  aliases(): readonly Alias[] {
    return [...this.#aliases.values()];
  }

  alias(name: string): Alias {
    const found = this.#aliases.get(name);
    if (found === undefined) throw notFound(`Cannot find alias arn: ${this.arn}:${name}`);
    return found;
  }

  routes(name: string): Routes {
    const provision = this.#provisions.get(name);
    return routesOf(this.alias(name), provision === undefined ? 1 : progressAt(provision, this.#nowMs()));
  }

  updateAlias(name: string, change: AliasChange): Alias {
    const alias = this.alias(name);
    checkRevision(change.revision, alias.revision, 'GetFunction/GetAlias');
    const version = change.version ?? alias.version;
    this.#activeVersion(version);
    const canary = change.weights === null ? alias.canary : this.#canary(version, change.weights);
    if (canary !== null && this.#provisions.has(name)) throw weighted();
    this.#store({ ...alias, version, canary, description: change.description ?? alias.description });
    if (version !== alias.version) this.#reprovision(name, alias.version);
    return this.alias(name);
  }

  deleteVersion(qualifier: string): void {
    if (!/^[1-9]\d*$/.test(qualifier)) throw invalid(`${qualifier} cannot be deleted: name a published version.`);
    const aliases = this.aliases().filter(({ version, canary }) => [version, canary?.version].includes(qualifier));
    if (aliases.length > 0) {
      const names = aliases.map(({ name }) => name).join(', ');
      throw conflict(`Unable to delete version because the following aliases reference it: [${names}]`);
    }
    this.versions.delete(qualifier);
    this.#provisions.delete(qualifier);
  }

  provisions(): readonly Provision[] {
    return [...this.#provisions.values()];
  }

  provisionOf(qualifier: string): Provision {
    const found = this.#provisions.get(qualifier);
    if (found !== undefined) return found;
    const message = 'No Provisioned Concurrency Config found for this function';
    throw new ServiceError('ProvisionedConcurrencyConfigNotFoundException', message, 404);
  }

  provision(qualifier: string, requested: number): Provision {
    if (this.configuration(qualifier).version === latest) {
      throw invalid('Provisioned Concurrency Configs cannot be applied to unpublished function versions.');
    }
    if (this.#aliases.has(qualifier) && this.routes(qualifier).length > 1) throw weighted();
    this.#refuseSecondProvision(qualifier);
    this.#forgetLeft(qualifier);
    const before = this.#provisions.get(qualifier);
    const kept = before === undefined ? 0 : Math.min(requested, availableAt(before, this.#nowMs()));
    return this.#request(qualifier, requested, kept);
  }

  unprovision(qualifier: string): void {
    this.provisionOf(qualifier);
    this.#provisions.delete(qualifier);
    this.#forgetLeft(qualifier);
  }

  /** Environments that answer the traffic of the alias. */
  provisionedFor(alias: string): number {
    const qualifiers = [alias, ...this.routes(alias).map(({ version }) => version)];
    const available = qualifiers.map((qualifier) => {
      const provision = this.#provisions.get(qualifier);
      return provision === undefined ? 0 : availableAt(provision, this.#nowMs());
    });
    return available.reduce((sum, count) => sum + count, 0);
  }

  /** New code in a new version, to which every alias moves: what a team's deployment does. */
  deploy(): void {
    const { version } = this.versions.deploy();
    for (const alias of this.aliases()) {
      this.#store({ ...alias, version, canary: null });
      this.#reprovision(alias.name, alias.version);
    }
  }

  #canary(version: string, weights: Readonly<Record<string, number>>): Alias['canary'] {
    const entries = Object.entries(weights);
    const [other] = entries;
    if (other === undefined) return null;
    if (entries.length > 1) throw invalid('Number of items in AdditionalVersionWeights cannot be greater than 1.');
    const [canary, share] = other;
    if (!(share >= 0 && share <= 1)) throw invalid(`The weight ${share} of version ${canary} is not between 0 and 1.`);
    if (canary === version) throw invalid(`Version ${canary} is already the function version of the alias.`);
    if ([canary, version].includes(latest)) {
      throw invalid('$LATEST is not supported for an alias pointing to more than 1 version');
    }
    this.#activeVersion(canary);
    return { version: canary, share };
  }

  #activeVersion(version: string): void {
    if (isSettled(this.versions.find(version), this.#nowMs()) || version === latest) return;
    throw conflict(`The function is currently in the following state: Pending (${this.arn}:${version})`);
  }

  /** An alias that carries provisioned concurrency takes it along, slowly. */
  #reprovision(alias: string, left: string): void {
    const provision = this.#provisions.get(alias);
    if (provision === undefined) return;
    this.#aliases.set(alias, { ...this.alias(alias), left });
    this.#request(alias, provision.requested, 0);
  }

  #request(qualifier: string, requested: number, kept: number): Provision {
    const requestedMs = this.#nowMs();
    const readyMs = requestedMs + 1000 * this.#setting.timing.provisionSeconds;
    const fails = this.#setting.faults.active('provisioning-fails', this.name) !== null;
    const provision = { qualifier, requested, kept, requestedMs, readyMs, fails };
    this.#provisions.set(qualifier, provision);
    return provision;
  }

  /** An alias that does not move any more has nothing left behind. */
  #forgetLeft(qualifier: string): void {
    const alias = this.#aliases.get(qualifier);
    if (alias !== undefined) this.#aliases.set(qualifier, { ...alias, left: null });
  }

  /** A version has one configuration of provisioned concurrency: its own, or that of one alias. */
  #refuseSecondProvision(qualifier: string): void {
    const { version } = this.configuration(qualifier);
    if (qualifier !== version && this.#provisions.has(version)) {
      throw invalid("Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version");
    }
    const holder = this.aliases().find(
      (alias) => alias.name !== qualifier && alias.version === version && this.#provisions.has(alias.name),
    );
    if (holder !== undefined) throw invalid('Version is pointed by a Provisioned Concurrency alias');
  }

  #store(alias: Alias): void {
    this.#aliases.set(alias.name, { ...alias, revision: this.#setting.newRevision() });
  }

  #nowMs(): number {
    return this.#setting.clock.nowMs();
  }
}

function weighted(): ServiceError {
  return invalid('Alias with weights can not be used with Provisioned Concurrency');
}
