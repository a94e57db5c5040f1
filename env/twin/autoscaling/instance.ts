/** A VM of an Auto Scaling group. */
export interface Instance {
  readonly id: string;
  readonly zone: string;
  readonly launchedAtMs: number;
  /** When its boot ends. */
  readonly bootedAtMs: number;
  /** Until then it passes no health check. */
  readonly sickUntilMs: number;
  lifecycle: 'Pending' | 'InService' | 'Standby' | 'Terminating';
  /** Infinity while it need not go. */
  goneAtMs: number;
  isProtected: boolean;
}

/** Whether it counts for the desired capacity: what is set aside does not. */
export function isLive({ lifecycle }: Instance): boolean {
  return lifecycle !== 'Terminating' && lifecycle !== 'Standby';
}

/** Whether it passes its health checks: what boots has not begun to be checked. */
export function isHealthy({ sickUntilMs, lifecycle }: Instance, nowMs: number): boolean {
  return lifecycle === 'Pending' || sickUntilMs <= nowMs;
}

/** Whether requests reach it. */
export function serves(instance: Instance, nowMs: number): boolean {
  return instance.lifecycle === 'InService' && isHealthy(instance, nowMs);
}

/** Whether its target groups have it: Standby takes it out of them. */
export function isRegistered({ lifecycle }: Instance): boolean {
  return lifecycle !== 'Standby';
}
