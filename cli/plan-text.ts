import type { ServiceProfile } from '../env/types.ts';
import { formatAttainment, formatMs, formatShare, formatUsd } from '../policies/evaluation/format.ts';
import type { BreakEven } from '../policies/navigator/break-even.ts';
import { configurationText } from '../policies/navigator/configuration.ts';
import type { Plan } from '../policies/navigator/plan.ts';
import type { Rehearsal } from '../policies/navigator/rehearse.ts';
import { columns } from './columns.ts';

/** What the planner printed is about. */
export interface PlannedFor {
  readonly profile: ServiceProfile;
  /** "200 req/s", or a trace's name. */
  readonly load: string;
  /** Dollars per hour that no policy on this trace goes below; null: not a trace. */
  readonly boundUsdPerHour: number | null;
}

/** Rows of the table at most; --json has them all. */
const mostRows = 20;

/** @param rehearsals of the first rows of `plan.best`, in their order; empty: none was run */
export function planText(about: PlannedFor, plan: Plan, rehearsals: readonly Rehearsal[]): string {
  const { profile, load } = about;
  const { attainment } = profile.slo;
  const lines = [
    `${profile.name} at ${load}: mean ${rate(plan.meanPerSecond)}, busiest minutes ${rate(plan.peakPerSecond)} req/s; promised ` +
      `${formatAttainment(attainment)} in time, accuracy at least ${formatShare(profile.accuracyFloor)}`,
    '',
    ...candidateTable(about, plan, rehearsals),
    '',
    '*  on the Pareto front: no other is cheaper, quicker and as accurate',
    '!  misses the promise',
    ...(rehearsals.length > 0 ? ['simulated: the same, request by request'] : []),
    ...minimums(profile),
    ...limits(profile, plan),
    ...followed(about, plan),
    '',
    'One VM or Lambda: from this rate on one VM that does nothing else is cheaper than Lambda (at its cheapest memory size, of those in time if there are any)',
    ...breakEvenTable(profile, plan.breakEvens),
  ];
  return `${lines.join('\n')}\n`;
}

/** What bounds the configurations, where none is enough. */
function limits(profile: ServiceProfile, { best }: Plan): string[] {
  if (best[0]?.keepsPromise !== false) return [];
  const { pools, lambda, slo } = profile;
  const fastestMs = fastestAnswerMs(profile);
  const hopeless = slo.classes.find(({ deadlineMs }) => deadlineMs <= fastestMs);
  if (hopeless !== undefined) {
    return [
      '',
      `No configuration keeps the promise: ${hopeless.name} is due within ${hopeless.deadlineMs} ms, and the fastest answer takes ${fastestMs} ms in the ` +
        'mean. Give it more time, or the service a faster variant or instance type.',
    ];
  }
  const most = pools.map(({ name, max }) => `${max} VMs of ${name}`).join(', ');
  return [
    '',
    `No configuration keeps the promise. The profile allows at most ${most}, and ${lambda.concurrencyLimit} Lambda environments at once: raise ` +
      'max or concurrencyLimit where that is what lacks, or promise less.',
  ];
}

/** Mean service time at the best place of the variants that reach the floor by themselves. */
function fastestAnswerMs({ variants, accuracyFloor, pools, lambda }: ServiceProfile): number {
  const times = variants.flatMap(({ accuracy }, variant) =>
    accuracy < accuracyFloor
      ? []
      : [...pools.map(({ serviceMs }) => serviceMs[variant]!), ...lambda.serviceMs[variant]!],
  );
  return Math.min(...times.filter((ms) => ms !== null));
}

/** A configuration is free of what a profile keeps for other reasons than this load. */
function minimums({ pools }: ServiceProfile): string[] {
  const kept = pools.filter(({ min }) => min > 0).map(({ name, min }) => `${min} of ${name}`);
  if (kept.length === 0 || pools.length === 1) return [];
  return [
    `The profile keeps at least ${kept.join(' and ')}; configurations that do without are shown too, and need a lower min.`,
  ];
}

function candidateTable({ profile }: PlannedFor, plan: Plan, rehearsals: readonly Rehearsal[]): string[] {
  const header = ['', '', 'configuration', '$/h', '$/M requests', 'in time', 'p95', 'accuracy', 'spilled'];
  const simulated = rehearsals.length === 0 ? [] : ['simulated $/h', 'in time', 'p95'];
  const rows = plan.best
    .slice(0, mostRows)
    .map((one, index) => [
      one.keepsPromise ? '' : '!',
      plan.front.includes(one) ? '*' : '',
      configurationText(profile, one.configuration),
      formatUsd(one.usdPerHour),
      formatUsd((1e6 * one.usdPerHour) / 3600 / plan.meanPerSecond),
      formatAttainment(one.attainment),
      latency(one.p95Ms),
      formatShare(one.accuracy),
      formatShare(one.spilledShare),
      ...rehearsalCells(rehearsals[index] ?? null, simulated.length, profile.slo.attainment),
    ]);
  const hidden = plan.best.length - rows.length;
  return [
    ...columns([[...header, ...simulated], ...rows]),
    ...(hidden > 0 ? [`and ${hidden} more: --json has them all`] : []),
  ];
}

function rehearsalCells(rehearsal: Rehearsal | null, count: number, promised: number): string[] {
  if (count === 0) return [];
  if (rehearsal === null) return ['', '', ''];
  const { usdPerHour, attainment, p95Ms } = rehearsal;
  const misses = attainment !== null && attainment < promised;
  return [formatUsd(usdPerHour), `${formatAttainment(attainment)}${misses ? ' !' : ''}`, latency(p95Ms)];
}

function latency(p95Ms: number | null): string {
  return p95Ms === Number.POSITIVE_INFINITY ? 'never' : formatMs(p95Ms);
}

/** On a trace a fixed configuration is not all that can be had. */
function followed({ boundUsdPerHour }: PlannedFor, { best }: Plan): string[] {
  if (boundUsdPerHour === null) return [];
  const cheapest = best[0]!;
  return [
    '',
    `These stay as they are. A policy that follows the load cannot go below $${formatUsd(boundUsdPerHour)}/h; the cheapest above takes ` +
      `${(cheapest.usdPerHour / boundUsdPerHour).toFixed(2)} times that: spillway evaluate tells what policies do.`,
  ];
}

function breakEvenTable(profile: ServiceProfile, breakEvens: readonly BreakEven[]): string[] {
  return columns([
    ['variant', 'pool', 'Lambda', 'req/s', 'of what the VM can serve'],
    ...breakEvens.map((one) => [
      profile.variants[one.variant]!.name,
      `${profile.pools[one.pool]!.name} (${profile.pools[one.pool]!.instanceType})`,
      `${profile.lambda.memoryMb[one.tier]} MB`,
      ...breakEvenCells(profile, one),
    ]),
  ]);
}

/** What takes longer than every deadline is no choice, however cheap. */
function breakEvenCells(
  { slo, lambda }: ServiceProfile,
  { variant, tier, perSecond, utilization }: BreakEven,
): string[] {
  const isTimely = lambda.serviceMs[variant]![tier]! <= slo.classes.at(-1)!.deadlineMs;
  if (!isTimely) return ['', 'Lambda is never in time'];
  const share = formatShare(utilization);
  return [rate(perSecond), utilization > 1 ? `${share}: Lambda is always cheaper` : share];
}

function rate(perSecond: number): string {
  return String(Number(perSecond.toPrecision(3)));
}
