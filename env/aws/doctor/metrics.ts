import { allQueries, serviceMetrics } from '../metrics/metric-queries.ts';
import { type MetricQuery, metricKey } from '../metrics/metric-query.ts';
import type { ReadSeries } from '../metrics/metric-reader.ts';
import { about, type Finding } from './finding.ts';
import type { Check, Patient } from './patient.ts';
import { recentSeries } from './recent-series.ts';
import { unread } from './unread.ts';

/** A metric is fresh if its newest minute ended within its offset and this. */
const graceSeconds = 300;

/** Every signal that decisions rest on is published and fresh; what is published only while requests come is told apart. */
export const metrics: Check = async (patient) => {
  const { deployment, profile, now } = patient;
  const wanted = serviceMetrics(deployment, profile);
  const queries = [...new Map(allQueries(wanted).map((query) => [metricKey(query), query])).values()];
  const { value: series, fault } = await recentSeries(patient, queries);
  if (fault !== null) return [unread(about('metrics', 'GetMetricData'), fault)];
  const ages = agesOf(queries, series, now);
  const arrivals = [
    ...wanted.targets.map(({ requests }) => requests),
    ...wanted.functions.map(({ invocations }) => invocations),
  ];
  const groups = await Promise.all(wanted.liveness.map((query) => liveness(query, ages, patient)));
  return [
    ...groups.flat(),
    ...traffic(arrivals, ages),
    ...wanted.targets.flatMap((target) => {
      const { p99, inTime } = target.latency;
      return ages.get(metricKey(target.requests)) == null ? [] : [p99, ...inTime].map((one) => answered(one, ages));
    }),
  ];
};

/** By metricKey: seconds since the end of the newest minute that has a value; null: none within the last hour. */
type Ages = ReadonlyMap<string, number | null>;

function agesOf(queries: readonly MetricQuery[], series: ReadSeries, now: Date): Ages {
  return new Map(
    queries.map((query, index) => {
      const starts = (series[index] ?? []).filter(({ value }) => value !== null).map(({ startMs }) => startMs);
      return [metricKey(query), starts.length === 0 ? null : (now.getTime() - Math.max(...starts)) / 1000 - 60];
    }),
  );
}

/** Group metrics must be switched on, and what was not published then is never made up for. */
async function liveness(
  query: MetricQuery,
  ages: Ages,
  { readings, deployment }: Patient,
): Promise<readonly Finding[]> {
  const name = Object.values(query.dimensions).join(' ');
  const on = about('metrics', `${query.name} of ${name}`);
  const group = await readings.group(name);
  if (group.value === null) return [];
  const age = ages.get(metricKey(query)) ?? null;
  if (!group.value.EnabledMetrics.some(({ Metric }) => Metric === query.name)) {
    return [
      on.problem(
        'The group does not publish it, so that "no requests" cannot be told from "no metrics".',
        'Enable the collection of group metrics, granularity 1Minute; it costs nothing.',
      ),
    ];
  }
  if (age === null) return [on.problem('Nothing within the last hour.', 'Wait a few minutes if it was just enabled.')];
  return [isFresh(age, deployment.metrics) ? on.ok(`${aged(age)} old.`) : stale(on, age)];
}

function isFresh(ageSeconds: number, { offsetSeconds }: { readonly offsetSeconds: number }): boolean {
  return ageSeconds <= offsetSeconds + graceSeconds;
}

function stale(on: ReturnType<typeof about>, age: number): Finding {
  return on.problem(`${aged(age)} old.`, 'Look at the health of CloudWatch in this region, and at the group.');
}

/** These are published only while requests come, so that one without them is no fault; all without them may be. */
function traffic(arrivals: readonly MetricQuery[], ages: Ages): readonly Finding[] {
  const found = arrivals.flatMap((query) => {
    const age = ages.get(metricKey(query)) ?? null;
    if (age === null) return [];
    return [about('metrics', `${query.name} of ${subjectOf(query)}`).ok(`${aged(age)} old.`)];
  });
  if (found.length > 0 || arrivals.length === 0) return found;
  return [
    about('metrics', 'requests').warning(
      'Nothing came within the last hour: neither the load balancer nor Lambda published a request.',
      'Send some traffic, or correct the load balancer, the target groups and the functions of the deployment.',
    ),
  ];
}

function answered(query: MetricQuery, ages: Ages): Finding {
  const on = about('metrics', `${query.name} ${query.stat} of ${subjectOf(query)}`);
  const age = ages.get(metricKey(query)) ?? null;
  if (age !== null) return on.ok(`${aged(age)} old.`);
  return on.warning('Requests came, but nothing was answered within the last hour.', 'Look at the targets.');
}

function subjectOf({ dimensions }: MetricQuery): string {
  const { TargetGroup, Resource } = dimensions;
  return TargetGroup?.split('/')[1] ?? Resource ?? Object.values(dimensions).join(' ');
}

function aged(seconds: number): string {
  return seconds < 120 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
