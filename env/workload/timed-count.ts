/** What somebody else's monitoring counted in one of its steps. */
export interface TimedCount {
  /** Where the step begins, or wherever in it the source puts its name: it is the same in all of them. */
  readonly atMs: number;
  /** Requests, or requests per second; null: the source says nothing; NaN: it says that it does not know. */
  readonly value: number | null;
  /** Number of the line, or of the value, from 1. */
  readonly line: number;
}

/** What one file holds. */
export interface CountSource {
  /** What refusals call it. */
  readonly file: string;
  /** Each time once in each of them; together they are the requests of the service. */
  readonly series: readonly (readonly TimedCount[])[];
  /** CloudWatch's hold counts; what a table or Prometheus holds, its format does not tell. */
  readonly kind: 'table' | 'cloudwatch' | 'prometheus';
  /** Dates stood there without their zone. */
  readonly lacksZone: boolean;
}
