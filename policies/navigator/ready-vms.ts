import { spotReadyShare } from '../../env/physics/spot.ts';
import type { VmPool } from '../../env/vm-pool.ts';

/** So many VMs are ready for this share of the time. */
export interface ReadyVms {
  readonly vms: number;
  readonly share: number;
}

/** Numbers of VMs that are rarer than this are told as the one above them. */
const negligibleShare = 1e-5;

/** How many VMs of a fleet that stays as it is are ready: on demand all of them, on spot each by itself with its chance (binomial). */
export function readyVms(pool: Pick<VmPool, 'boot' | 'spot'>, vms: number): readonly ReadyVms[] {
  const missing = 1 - readyShare(pool);
  const states: ReadyVms[] = [];
  let share = (1 - missing) ** vms;
  let left = 1;
  for (let lost = 0; lost < vms && left - share > negligibleShare; lost++) {
    states.push({ vms: vms - lost, share });
    left -= share;
    share *= ((vms - lost) / (lost + 1)) * (missing / (1 - missing));
  }
  return [...states, { vms: vms - states.length, share: left }];
}

/** Share of the time in which a place for a VM has one: a wave that takes it also keeps the next from being launched. */
function readyShare(pool: Pick<VmPool, 'boot' | 'spot'>): number {
  const { interruptionsPerHour, waves } = pool.spot ?? { interruptionsPerHour: 0, waves: null };
  const wavesPerSecond = (interruptionsPerHour * (waves?.share ?? 0)) / 3600;
  return spotReadyShare(pool) * Math.exp(-wavesPerSecond * (waves?.shortageSeconds ?? 0));
}
