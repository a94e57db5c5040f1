import type { Deployment } from '../deployment/deployment.ts';
import type { ServiceProfile } from '../types.ts';
import type { Calls } from './call.ts';
import { garbled } from './classify.ts';
import type { AwsClients } from './clients.ts';
import { readGroups } from './group-reader.ts';
import { PoolReader, type PoolReading } from './pool-reader.ts';

/** The Auto Scaling groups behind a profile's pools, from the Describe calls: current, where metrics are minutes late. */
export class FleetReader {
  readonly #groups: readonly string[];
  readonly #clients: AwsClients;
  readonly #calls: Calls;
  readonly #pools: readonly PoolReader[];

  constructor(profile: ServiceProfile, deployment: Deployment, clients: AwsClients, calls: Calls) {
    this.#groups = deployment.pools.map(({ autoScalingGroup }) => autoScalingGroup);
    this.#clients = clients;
    this.#calls = calls;
    this.#pools = profile.pools.map((pool, index) => new PoolReader(pool, deployment.pools[index]!, clients, calls));
  }

  /** [pool] `written`: per pool the desired count that was last written and confirmed. Never throws. */
  async read(written: readonly (number | null)[], nowMs: number): Promise<readonly PoolReading[]> {
    const groups = await readGroups(this.#clients.autoScaling, this.#calls, this.#groups);
    return Promise.all(
      this.#pools.map((pool, index) => {
        const group = groups.get(this.#groups[index]!) ?? garbled('DescribeAutoScalingGroups', 'the group is missing');
        return pool.read(group, written[index] ?? null, nowMs);
      }),
    );
  }
}
