import { z } from 'zod';
import { decimal, named, section, text } from '../yaml-source.ts';

/*
 * The fields of a service profile as written in YAML (docs/profile.md), where what depends on the variant is keyed by the variant's name.
 * Here is the shape and the range of each field by itself; profile/rules.ts holds what ties fields together.
 */

const choice = <const T extends readonly string[]>(values: T, remedy: string) =>
  z.enum(values, { error: `${values.join(' or ')}: ${remedy}` });

const list = <S extends z.ZodType>(item: S, remedy: string) => {
  const error = `a list with at least one value: ${remedy}`;
  return z.array(item, { error }).min(1, { error });
};

const milliseconds = decimal(
  { least: 0.001 },
  'state the mean in milliseconds, or null where the variant does not run',
).nullable();

const requestClass = section({
  share: decimal({ above: 0, most: 1 }, 'state its part of all requests'),
  deadlineMs: decimal({ above: 0 }, 'state the latest answer that is in time, in milliseconds'),
});

const spot = section({
  interruptionsPerHour: decimal({ least: 0, most: 60 }, 'state how often one VM is interrupted in an hour, on average'),
  noticeSeconds: decimal({ least: 0 }, 'state the time from the notice until the VM is gone').default(120),
  priceShare: decimal({ above: 0, most: 1 }, 'state its price over that on demand, or null for the price book')
    .nullable()
    .default(null),
  waves: section({
    share: decimal({ least: 0, most: 1 }, 'state which part of the interruptions VMs have in common').default(0),
    reach: decimal({ least: 0.001, most: 1 }, 'state the chance that a wave takes a VM').default(1),
    shortageSeconds: decimal({ least: 0 }, 'state for how long launches fail after a wave, on average').default(0),
  }).prefault({}),
});

const pool = section({
  instanceType: text(/^[a-z0-9-]+\.[a-z0-9-]+$/, 'an EC2 instance type', 'write it as in c5.large'),
  min: decimal({ least: 0, whole: true }, 'state the fewest VMs'),
  max: decimal({ least: 1, whole: true }, 'state the most VMs'),
  slots: decimal({ least: 1, whole: true }, 'state how many requests one VM works on at the same time'),
  boot: section({
    medianSeconds: decimal({ least: 0 }, 'state the median time from launch to the first request'),
    sigma: decimal({ least: 0, most: 3 }, 'state the standard deviation of the log of the boot time').default(0.2),
  }),
  drainSeconds: decimal({ least: 0 }, 'state how long a VM that is told to go may finish its work').default(30),
  serviceMs: named(milliseconds, 'write "variant: milliseconds" for each variant that runs here'),
  contention: decimal(
    { least: 0, most: 1 },
    'state the share by which service slows down for each waiting request per VM',
  ).default(0),
  spot: spot.optional(),
});

const lambda = section(
  {
    memoryMb: list(
      decimal({ least: 128, most: 10_240, whole: true }, 'AWS offers 128 to 10240 MB'),
      'state the memory tiers',
    ),
    serviceMs: named(list(milliseconds, 'one per memory tier'), 'write "variant: [milliseconds per memory tier]"'),
    coldStartMs: named(
      list(
        decimal({ least: 0 }, 'state milliseconds, or null where the variant does not fit').nullable(),
        'one per memory tier',
      ),
      'write "variant: [milliseconds per memory tier]"',
    ),
    keepAliveSeconds: decimal({ above: 0 }, 'state after how long an idle environment is reclaimed').default(600),
    concurrencyLimit: decimal({ least: 1, whole: true }, 'state the most environments at once').default(1000),
    batchMarginal: decimal(
      { least: 0, most: 1 },
      'state what one more request of a batch adds, as a share of the service time of one',
    ).default(1),
  },
  'write its fields below it, indented; docs/profile.md says what to write where Lambda cannot serve',
);

const flag = z.boolean({ error: 'true or false: say whether the router may spend it' });

const budgets = section({ accuracy: flag.default(false), misses: flag.default(false) });

const metrics = section({
  binSeconds: decimal({ least: 1, whole: true }, 'state the width of the arrival bins').default(10),
  delaySeconds: decimal({ least: 0 }, 'state the age of the newest metrics').default(0),
  lossProbability: decimal({ least: 0, below: 1 }, 'state how likely the metrics of an interval are lost').default(0),
});

export const profileSchema = section({
  version: z.literal(1, { error: '1: this is the only version of the format so far' }),
  name: text(/^[a-z0-9-]+$/, 'made of a-z, 0-9 and - only', 'write it as in image-classifier'),
  decisionSeconds: decimal({ least: 1, whole: true }, 'state the time between two decisions'),
  slo: section({
    attainment: decimal({ above: 0, below: 1 }, 'state the promised share of requests in time, as in 0.99'),
    classes: named(requestClass, 'write "name: {share: 1, deadlineMs: 500}"'),
  }),
  accuracyFloor: decimal({ least: 0, most: 1 }, 'state the lowest mean accuracy that is acceptable'),
  variants: named(
    section({ accuracy: decimal({ above: 0, most: 1 }, 'state the share of right answers, as in 0.78') }),
    'write "name: {accuracy: 0.78}"',
  ),
  serviceCv: decimal({ least: 0, most: 3 }, 'state the standard deviation of a service time over its mean').default(
    0.12,
  ),
  pools: named(pool, 'write "name:" and the fields of the pool below it'),
  lambda,
  router: choice(['overflow', 'weights'], 'see docs/profile.md for what each does').default('overflow'),
  budgets: budgets.prefault({}),
  queueLimit: decimal({ least: 0, whole: true }, 'state how many requests may wait, or null for no limit')
    .nullable()
    .default(null),
  clientTimeoutMs: decimal({ above: 0 }, 'state how long a client waits before it gives up').default(60_000),
  metrics: metrics.prefault({}),
});

export type ProfileFile = z.output<typeof profileSchema>;
