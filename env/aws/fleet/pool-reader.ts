import type { Deployment } from '../../deployment/deployment.ts';
import type { Hindrance } from '../../hindrance.ts';
import type { VmPool } from '../../vm-pool.ts';
import type { Calls } from '../calls/call.ts';
import type { Fault } from '../calls/fault.ts';
import type { AwsClients } from '../clients.ts';
import type { PoolView } from './fleet-view.ts';
import { ForeignWrites } from './foreign-writes.ts';
import type { Group } from './group-reader.ts';
import { type Counted, InstanceMemory, isOfTheSize } from './instance-memory.ts';
import { LaunchFailures } from './launch-failures.ts';
import { readTargetHealth, type TargetHealth, unproven } from './target-health.ts';

export interface PoolReading {
  readonly view: PoolView;
  /** Null: the group could not be read, and the view is the one before. */
  readonly counted: Counted | null;
}

/** What others know of the pool. */
export interface KnownOfPool {
  /** The desired count that was last written and confirmed; null: none yet. */
  readonly written: number | null;
  /** Instances that a router sends requests to, or finds down; null: no router tells. */
  readonly servers: ReadonlyMap<string, boolean> | null;
}

/** One pool over time: what its group, its targets and its activities tell together. */
export class PoolReader {
  readonly #pool: VmPool;
  readonly #targetGroups: readonly (string | null)[];
  readonly #clients: AwsClients;
  readonly #calls: Calls;
  readonly #instances: InstanceMemory;
  readonly #foreign = new ForeignWrites();
  readonly #failures: LaunchFailures;
  /** [variant] The newest that was read. */
  readonly #health: (TargetHealth | null)[];
  #written: number | null = null;
  #writtenAtMs: number | null = null;
  #lastReadMs: number | null = null;
  #last: PoolView;

  constructor(pool: VmPool, deployed: Deployment['pools'][number], clients: AwsClients, calls: Calls) {
    this.#pool = pool;
    this.#targetGroups = deployed.targetGroups;
    this.#clients = clients;
    this.#calls = calls;
    this.#failures = new LaunchFailures(clients.autoScaling, calls, deployed.autoScalingGroup);
    this.#instances = new InstanceMemory(pool.spot !== undefined);
    this.#health = deployed.targetGroups.map(() => null);
    const { min, max } = pool;
    const healthyTargets = deployed.targetGroups.map(() => null);
    this.#last = { min, max, desired: 0, ready: 0, booting: 0, sick: 0, healthyTargets, hindrances: [] };
  }

  async read(group: Group | Fault, { written, servers }: KnownOfPool, nowMs: number): Promise<PoolReading> {
    this.#noteWrite(written, nowMs);
    if ('kind' in group) return { view: { ...this.#last, hindrances: [this.#unread(group)] }, counted: null };
    const healthNow = await this.#readHealth();
    this.#foreign.saw(group.desired, written);
    const health = this.#targetGroups.flatMap((one, variant) =>
      one === null ? [] : [this.#health[variant] ?? healthBy(new Map(), group)],
    );
    const counted = this.#instances.count(group, servers === null ? health : [healthBy(servers, group)], nowMs);
    const coming = await this.#coming(group, nowMs);
    const { min, max, desired, suspended } = group;
    const { ready, sick } = counted;
    const booting = counted.booting + coming;
    const healthyTargets = healthNow.map((one) => one && healthyIn(one, group));
    const isHealthRead = healthNow.every((one, variant) => one !== null || this.#targetGroups[variant] === null);
    const hindrances = this.#hindrances(group, ready + booting, isHealthRead, nowMs);
    this.#last = { min, max, desired, ready, booting, sick, healthyTargets, hindrances, suspended };
    return { view: this.#last, counted };
  }

  /** The write came after the reading before this one. */
  #noteWrite(written: number | null, nowMs: number): void {
    if (written !== this.#written) this.#writtenAtMs = this.#lastReadMs;
    this.#written = written;
    this.#lastReadMs = nowMs;
  }

  /** [variant] As of now; null: there is no such target group, or it could not be read. */
  async #readHealth(): Promise<readonly (TargetHealth | null)[]> {
    const { loadBalancing } = this.#clients;
    const read = await Promise.all(
      this.#targetGroups.map((one) => (one === null ? null : readTargetHealth(loadBalancing, this.#calls, one))),
    );
    read.forEach((health, variant) => {
      this.#health[variant] = health ?? this.#health[variant]!;
    });
    return read;
  }

  /** Asked for and not there yet; none where launches have failed since. */
  async #coming({ desired, instances }: Group, nowMs: number): Promise<number> {
    const there = instances.filter(isOfTheSize).length;
    if (desired <= there) return 0;
    const haveFailed = await this.#failures.haveFailed(this.#writtenAtMs, nowMs);
    return haveFailed ? 0 : desired - there;
  }

  #hindrances(
    { min, max, suspended, instances }: Group,
    exists: number,
    isHealthRead: boolean,
    nowMs: number,
  ): Hindrance[] {
    const { name } = this.#pool;
    const serving = instances.filter(({ lifecycle }) => lifecycle === 'InService');
    const met: (Hindrance | null | false)[] = [
      this.#failures.hindrance(name, nowMs),
      this.#foreign.hindrance(name),
      suspended.includes('Launch') && {
        kind: 'launch-suspended',
        forbids: 'launch',
        said: `The process Launch of ${name} is suspended`,
      },
      suspended.includes('Terminate') && {
        kind: 'terminate-suspended',
        forbids: 'cut',
        said: `The process Terminate of ${name} is suspended`,
      },
      serving.length > 0 &&
        serving.every(({ isProtected }) => isProtected) && {
          kind: 'scale-in-protected',
          forbids: 'cut',
          said: `All instances of ${name} are protected from scale-in`,
        },
      max < this.#pool.max &&
        exists >= max && {
          kind: 'group-limit',
          forbids: 'launch',
          said: `The group of ${name} allows ${max} instances`,
        },
      min > this.#pool.min &&
        exists <= min && { kind: 'group-limit', forbids: 'cut', said: `The group of ${name} keeps ${min} instances` },
      !isHealthRead && { kind: 'unread', forbids: 'cut', said: `The health of ${name}'s targets could not be read` },
    ];
    return met.filter((one): one is Hindrance => one !== null && one !== false);
  }

  #unread(fault: Fault): Hindrance {
    const said = `The group of ${this.#pool.name} could not be read (${fault.said})`;
    return { kind: fault.kind === 'denied' ? 'access-denied' : 'unread', forbids: 'change', said };
  }
}

/** Only instances of the group: a target group may hold others. */
function healthyIn(health: TargetHealth, { instances }: Group): number {
  return instances.filter(({ id }) => health.get(id) === 'healthy').length;
}

/** Of what nobody has told yet it is unproven: what is no server of the router's becomes one at the next decision. */
function healthBy(servers: ReadonlyMap<string, boolean>, { instances }: Group): TargetHealth {
  const health = (isUp: boolean | null) => (isUp === null ? unproven : isUp ? 'healthy' : 'unhealthy');
  return new Map(instances.map(({ id }) => [id, health(servers.get(id) ?? null)]));
}
