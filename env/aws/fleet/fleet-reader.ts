import type { Deployment } from '../../deployment/deployment.ts';
import type { ServiceProfile } from '../../types.ts';
import type { BulkReads } from '../calls/bulk-reads.ts';
import type { Calls } from '../calls/call.ts';
import { garbled } from '../calls/classify.ts';
import type { AwsClients } from '../clients.ts';
import type { RouterReading } from '../overflow-router.ts';
import { PoolReader, type PoolReading } from './pool-reader.ts';

/** The Auto Scaling groups behind a profile's pools, from the Describe calls: current, where metrics are minutes late. */
export class FleetReader {
  readonly #groups: readonly string[];
  readonly #reads: BulkReads;
  readonly #pools: readonly PoolReader[];

  constructor(profile: ServiceProfile, deployment: Deployment, clients: AwsClients, calls: Calls, reads: BulkReads) {
    this.#groups = deployment.pools.map(({ autoScalingGroup }) => autoScalingGroup);
    this.#reads = reads;
    this.#pools = profile.pools.map((pool, index) => new PoolReader(pool, deployment.pools[index]!, clients, calls));
  }

  /**
   * [pool] `written`: per pool the desired count that was last written and confirmed; `servers`: what a router finds of the instances, null where none
   * tells. Never throws.
   */
  async read(
    written: readonly (number | null)[],
    nowMs: number,
    servers: RouterReading['servers'] | null = null,
  ): Promise<readonly PoolReading[]> {
    const groups = await this.#reads.groups(this.#groups);
    return Promise.all(
      this.#pools.map((pool, index) => {
        const group = groups.get(this.#groups[index]!) ?? garbled('DescribeAutoScalingGroups', 'the group is missing');
        return pool.read(group, { written: written[index] ?? null, servers: servers?.[index] ?? null }, nowMs);
      }),
    );
  }
}
