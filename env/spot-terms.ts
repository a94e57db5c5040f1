/**
 * On what terms AWS lends spare capacity: cheaper, and it takes VMs back at a notice (docs.aws.amazon.com/AWSEC2/latest/UserGuide,
 * spot-interruptions and spot-instance-termination-notices).
 */
export interface SpotTerms {
  /** Mean interruptions of one VM in an hour of its life; when they come is memoryless. */
  readonly interruptionsPerHour: number;
  /** From the notice until the VM is gone: it takes no new requests, and is billed. */
  readonly noticeSeconds: number;
  /** Price over that on demand, where the price book lists no spot price; null: it must list one. */
  readonly priceShare: number | null;
  /** Interruptions that VMs of a type and zone have in common, because capacity is short. */
  readonly waves: {
    /** Part of a VM's interruptions that come in waves. */
    readonly share: number;
    /** Chance that a wave takes a VM. */
    readonly reach: number;
    /** Mean time from a wave during which launches fail; exponential. */
    readonly shortageSeconds: number;
  };
}
