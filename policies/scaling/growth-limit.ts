interface Growth {
  readonly timeSeconds: number;
  readonly vms: number;
}

const periodSeconds = 15;
const leastGrowth = 4;

/** How fast the Horizontal Pod Autoscaler scales up unless told otherwise: in fifteen seconds to twice the replicas, or by four, whichever is more. */
export class GrowthLimit {
  #grown: Growth[] = [];

  /** Takes what is wanted at this moment and returns what is allowed. */
  settle(timeSeconds: number, present: number, wanted: number): number {
    this.#grown = this.#grown.filter((one) => one.timeSeconds > timeSeconds - periodSeconds);
    const before = present - this.#grown.reduce((sum, one) => sum + one.vms, 0);
    const most = Math.max(2 * before, before + leastGrowth);
    const allowed = Math.min(wanted, Math.max(present, most));
    if (allowed > present) this.#grown.push({ timeSeconds, vms: allowed - present });
    return allowed;
  }
}
