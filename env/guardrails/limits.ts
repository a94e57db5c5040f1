import { validate } from 'node-cron';
import { z } from 'zod';
import { readInput } from '../input-file.ts';
import { decimal, section, text, YamlSource } from '../yaml-source.ts';
import { longestWindowSeconds } from './history.ts';

/** How far a controller may go, whatever its policy wants; docs/safety.md explains each field. */
export type Limits = z.output<typeof limitsSchema>;

const window = (remedy: string) => decimal({ least: 0, most: longestWindowSeconds }, remedy);
const share = (remedy: string) => decimal({ least: 0, most: 1 }, remedy);
const minutes = (remedy: string) => decimal({ above: 0, most: 1440 }, remedy);
const vms = (remedy: string) => decimal({ least: 0, whole: true }, remedy);

const blackout = section({
  cron: z
    .string({ error: 'a cron expression: state when the window opens, as in "0 9 * * 1-5"' })
    .refine((expression) => expression.trim().split(/\s+/).length === 5 && validate(expression), {
      error: 'a cron expression of five fields: state when the window opens (UTC), as in "0 9 * * 1-5"',
    }),
  minutes: decimal({ least: 1, most: 10_080, whole: true }, 'state how long the window stays open'),
  forbids: z
    .enum(['scale-in', 'change'], { error: 'scale-in or change: state what must not happen' })
    .default('scale-in'),
});

export const limitsSchema = section({
  usdPerHour: decimal(
    { above: 0 },
    'state the dollars per hour that VMs and provisioned environments may cost, or null',
  )
    .nullable()
    .default(null),
  step: section({
    growthShare: decimal({ least: 0 }, 'state by what share of itself a pool may grow at once').default(1),
    cutShare: share('state by what share of itself a pool may shrink at once').default(0.25),
    leastVms: decimal({ least: 1, whole: true }, 'state how many VMs a step may always have').default(4),
  }).prefault({}),
  growth: section({
    launches: decimal({ least: 1, whole: true }, 'state how many VMs may be launched within the window').default(100),
    windowSeconds: window('state the window in seconds').default(900),
  }).prefault({}),
  scaleInDelaySeconds: window('state for how long fewer VMs must have been enough before any is taken away').default(
    300,
  ),
  disruption: section({
    share: share('state what share of the fleet may be taken away within the window').default(0.25),
    leastVms: vms('state how many VMs may always be taken away within the window').default(2),
    windowSeconds: window('state the window in seconds').default(600),
  }).prefault({}),
  dwell: section({
    variantSeconds: window('state how long a variant stays at least').default(120),
    memorySeconds: window('state how long a memory size stays at least').default(900),
  }).prefault({}),
  blackouts: z
    .array(blackout, { error: 'a list of windows with cron, minutes and forbids: write "- cron: ..." for each' })
    .default([]),
  freshSeconds: decimal(
    { above: 0 },
    'state the age beyond which a metric is not trusted, or null for two decisions beyond the delay of the metrics',
  )
    .nullable()
    .default(null),
  unhealthy: section({
    vms: decimal({ least: 1, whole: true }, 'state how many overdue VMs stop the launches of their pool').default(2),
    bootFactor: decimal({ least: 1 }, 'state how many times the slowest usual boot a VM may take').default(2),
  }).prefault({}),
  startUpSeconds: window('state for how long after the start no VM is taken away').default(300),
  spot: section({
    mostShare: share('state what share of the VMs may be on spot').default(1),
    leastOnDemandVms: vms('state how many of the VMs must be on demand').default(0),
  }).prefault({}),
  killSwitch: text(/\S/, 'the path of a file', 'name the file whose presence stops every change, or write null')
    .nullable()
    .default(null),
  ladder: section({
    absentIntervals: decimal(
      { least: 1, whole: true },
      'state after how many decisions without arrivals the policy is not asked',
    ).default(5),
    probationIntervals: decimal(
      { least: 1, whole: true },
      'state how many good decisions in a row bring the policy back',
    ).default(10),
    disagreementRatio: decimal(
      { above: 1 },
      'state how many times the VMs of the fallback, or what part of them, is too far from it, or null',
    )
      .nullable()
      .default(5),
    disagreementIntervals: decimal(
      { least: 1, whole: true },
      'state how many decisions in a row the two must be that far apart',
    ).default(3),
    floorMinutes: minutes('state after how many minutes without arrivals the fleet is what the last day usually needed')
      .nullable()
      .default(10),
    handBackMinutes: minutes(
      'state after how many minutes of holding the fleet is handed back to its own scaling policies, or null',
    )
      .nullable()
      .default(null),
  }).prefault({}),
});

export const defaultLimits: Limits = limitsSchema.parse({});

/** From YAML; what it leaves out is as in `defaultLimits`. `file` is what refusals call it. */
export function parseLimits(yaml: string, file: string): Limits {
  return new YamlSource(yaml, file).read(limitsSchema);
}

export async function readLimits(path: string): Promise<Limits> {
  return parseLimits(await readInput(path, 'limits file'), path);
}
