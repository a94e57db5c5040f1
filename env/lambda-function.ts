/** The serverless function that takes what the VMs cannot. */
export interface LambdaFunction {
  /** [tier] Rising. */
  readonly memoryMb: readonly number[];
  /** [variant][tier] Mean warm service time; null: the variant does not fit. */
  readonly serviceMs: readonly (readonly (number | null)[])[];
  /** [variant][tier] Time that the first request of a new environment waits before it is served. */
  readonly coldStartMs: readonly (readonly (number | null)[])[];
  /** An idle environment is reclaimed after this time. */
  readonly keepAliveSeconds: number;
  /** Environments at once; a request beyond is throttled, and so lost. */
  readonly concurrencyLimit: number;
  /** A batch of b requests takes `1 + batchMarginal * (b - 1)` times the service time of one; 1: batches save nothing. */
  readonly batchMarginal: number;
}
