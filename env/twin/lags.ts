/** How late the twin's metrics are, and how a bucket looks at first. */
export interface Lags {
  /** From the end of a bucket of a load balancer or function until it can be read. */
  readonly publicationSeconds: number;
  /** For how long it then shows only a part. */
  readonly partialSeconds: number;
  /** Of its samples, in (0, 1]. */
  readonly partialShare: number;
  /** From the end of a bucket of an Auto Scaling group or its instances until it can be read. */
  readonly groupSeconds: number;
}

/** A bucket is whole two minutes after its end, where Netflix and Datadog read (Netflix/atlas#1300), and half of it shows before (zmon-docs#62). */
export const usualLags: Lags = { publicationSeconds: 60, partialSeconds: 60, partialShare: 0.5, groupSeconds: 60 };
