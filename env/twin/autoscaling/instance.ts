/** A VM of an Auto Scaling group. */
export interface Instance {
  readonly id: string;
  readonly zone: string;
  readonly launchedAtMs: number;
  /** When its boot ends. */
  readonly bootedAtMs: number;
  /** Until then it passes no health check. */
  readonly sickUntilMs: number;
  lifecycle: 'Pending' | 'InService' | 'Terminating';
  /** Infinity while it need not go. */
  goneAtMs: number;
  isProtected: boolean;
}

export function isLive({ lifecycle }: Instance): boolean {
  return lifecycle !== 'Terminating';
}

/** Whether it passes its health checks: what boots has not begun to be checked. */
export function isHealthy({ sickUntilMs, lifecycle }: Instance, nowMs: number): boolean {
  return lifecycle === 'Pending' || sickUntilMs <= nowMs;
}

/** Whether requests reach it. */
export function serves(instance: Instance, nowMs: number): boolean {
  return instance.lifecycle === 'InService' && isHealthy(instance, nowMs);
}
