import type { Workload } from '../../env/types.ts';

/* What all rounds have in common. */

export const startedAt = new Date('2026-11-22T10:00:00Z');
/** List prices of 23 VMs of the example: what an absurd policy meets. */
export const capUsdPerHour = 2;
export const limitsText = `usdPerHour: ${capUsdPerHour}\nscaleInDelaySeconds: 120\nstartUpSeconds: 120\n`;
export const leaseSeconds = 180;

export interface Load {
  /** Requests per second. */
  readonly mean: number;
  readonly periodMinutes: number;
  /** In periods. */
  readonly phase: number;
}

/** Up to 60% more and less than the mean, once in a period. */
export function loadOf({ mean, periodMinutes, phase }: Load, minutes: number): Workload {
  const requests = Float64Array.from({ length: 60 * (minutes + 1) }, (_, second) => {
    return mean * (1 + 0.6 * Math.sin(2 * Math.PI * (second / 60 / periodMinutes + phase)));
  });
  return { name: 'waves', stepSeconds: 1, requests, counted: false };
}
