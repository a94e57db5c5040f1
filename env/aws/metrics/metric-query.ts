/** One series of CloudWatch, in buckets of a minute (the native period of ALB, Lambda and Auto Scaling). */
export interface MetricQuery {
  readonly namespace: 'AWS/ApplicationELB' | 'AWS/Lambda' | 'AWS/AutoScaling' | 'AWS/EC2';
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** As in Sum, Maximum, p99 or PR(:0.5), the share of the values up to 0.5 in percent. */
  readonly stat: string;
}

export const bucketMs = 60_000;

/** Equal for queries that ask the same. */
export function metricKey({ namespace, name, dimensions, stat }: MetricQuery): string {
  return [namespace, name, stat, ...Object.entries(dimensions).map(([key, value]) => `${key}=${value}`)].join(' ');
}
