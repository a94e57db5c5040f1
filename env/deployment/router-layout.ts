/*
 * What HAProxy's configuration, the controller that speaks to HAProxy and the twin that stands for it must call by the same names.
 * Names of pools, variants and classes are made of a-z, 0-9 and - only, so the marks between them tell them apart.
 */

/** The map that the controller writes: the variant in force, and the wait of each class. */
export function settingsFile(deployment: string): string {
  return `${deployment}.settings.map`;
}

export const variantKey = 'variant';
export const waitKey = (requestClass: string) => `wait/${requestClass}`;
/** In place of a wait in milliseconds: the class never goes to Lambda. */
export const neverSpills = 'never';

const poolPrefix = 'pool.';
const lambdaPrefix = 'lambda.';
export const poolBackEnd = (pool: string) => `${poolPrefix}${pool}`;
export const lambdaBackEnd = (variant: string) => `${lambdaPrefix}${variant}`;
export const isLambdaBackEnd = (name: string) => name.startsWith(lambdaPrefix);
export const isPoolBackEnd = (name: string) => name.startsWith(poolPrefix);

/** Stick tables that count by key; they live as long as the process of HAProxy. */
export const tables = {
  /** `class/place` with the requests that came (http_req_cnt) and those inside now (conn_cur); a place is a back end or `refused`. */
  arrivals: 'arrivals',
  /** `class/variant/verdict` with answers (gpc0). */
  answers: 'answers',
  /** Lower edge of a bin in milliseconds with answers (gpc0). */
  latencies: 'latencies',
} as const;

export const refused = 'refused';
export const verdicts = ['in-time', 'late'] as const;

/** Servers that follow the fleet are called as their instances; others are left alone. */
export const isInstance = (server: string) => /^i-[0-9a-f]+$/.test(server);

const binsPerOctave = 16;
const octaves = 16;

/** Lower edges of the latency bins in whole milliseconds, 0 first: 3 to 6 % wide, but 1 ms at least; the last is open. */
export const latencyEdges: readonly number[] = [
  ...new Set(
    Array.from({ length: octaves * binsPerOctave }, (_, bin) => {
      const octave = Math.floor(bin / binsPerOctave);
      return bin === 0 ? 0 : Math.floor(2 ** octave * (1 + (bin % binsPerOctave) / binsPerOctave));
    }),
  ),
];
