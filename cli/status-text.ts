import type { MissedNote } from '../controller/journal/journal-entry.ts';
import { formatAttainment } from '../policies/evaluation/format.ts';
import { columns } from './columns.ts';
import type { ServiceStatus, Stretch } from './status-of.ts';

/** What the health page says. */
export interface HealthStatus {
  readonly address: string;
  /** Null: it does not answer. */
  readonly isAlive: boolean | null;
  readonly isReady: boolean | null;
  readonly said: readonly string[];
}

/** One screen. */
export function statusText(
  { services, undecided }: { readonly services: readonly ServiceStatus[]; readonly undecided: readonly MissedNote[] },
  health: HealthStatus | null,
  now: Date,
): string {
  const parts = [
    ...services.map((service) => serviceText(service, now)),
    ...undecided.map(
      ({ service, mode, at, said }) => `${service}: ${mode}, no decision yet\n  missed  ${ago(at, now)}: ${said}\n`,
    ),
  ];
  return [...parts, ...(health === null ? [] : [healthText(health)])].join('\n');
}

function serviceText(status: ServiceStatus, now: Date): string {
  const { service, mode, rung, policy, at } = status;
  return [
    `${service}: ${mode}, last decided ${ago(at, now)} by ${deciders[rung] ?? `the policy ${policy}`}`,
    ...columns(rows(status, now)).map((row) => `  ${row}`),
    '',
  ].join('\n');
}

/** By rung; who decided is the policy itself on the one that is not here. */
const deciders: Readonly<Record<string, string>> = {
  fallback: 'the fallback',
  hold: 'nobody: what is in force is held',
  'hand-back': 'nobody: the fleet is handed back to its scaling policies',
  standby: 'nobody here: another controller holds the lease, or it cannot be asked for',
};

function rows(status: ServiceStatus, now: Date): string[][] {
  const { because, held, fault, guardrails, reason, missed } = status;
  const troubles = [...new Set([because, held])].filter((one) => one !== null);
  return [
    ...(missed === null ? [] : [['missed', `${ago(missed.at, now)}: ${missed.said}`]]),
    ['fleet', fleet(status)],
    ['reason', reason ?? 'none given'],
    ...troubles.map((trouble, index) => [index === 0 ? 'held' : '', trouble]),
    ...(fault === null ? [] : [['outcome', fault]]),
    ...guardrails.map(({ guardrail, said }, index) => [index === 0 ? 'guardrails' : '', `${guardrail}: ${said}`]),
    ...status.pools.flatMap(({ hindrances = [] }) => hindrances.map(({ said }) => ['hindered', `${said}.`])),
    ['metrics', metrics(status)],
    ['last hour', stretch(status.hour)],
    ['last day', stretch(status.day)],
    ['decision', status.id],
  ];
}

function fleet({ wanted, pools }: ServiceStatus): string {
  const ready = pools.map((pool) => pool.ready).join('+');
  const booting = pools.map((pool) => pool.booting).join('+');
  const rest = `variant ${wanted.variantName ?? wanted.variant}, Lambda with ${wanted.lambdaMemoryMb} MB`;
  return `${wanted.vmCounts.join('+')} VMs wanted, ${ready} ready, ${booting} booting; ${rest}`;
}

function metrics({ arrivalsPerSecond, ageSeconds }: ServiceStatus): string {
  const age = ageSeconds === null ? 'none is there' : `the oldest is ${Math.round(ageSeconds)} s old`;
  return `${age}; ${arrivalsPerSecond === null ? 'arrivals are absent' : `${Number(arrivalsPerSecond.toPrecision(4))} requests/s`}`;
}

function stretch({ decisions, missed, requests, attainment, usd }: Stretch): string {
  const share =
    attainment === null
      ? 'no request'
      : `${formatAttainment(attainment).replace('%', ' %')} of ${Math.round(requests)} in time`;
  return `${share}, $${usd.toFixed(4)}, ${decisions} ${decisions === 1 ? 'decision' : 'decisions'}${missed > 0 ? `, ${missed} missed` : ''}`;
}

function healthText({ address, isAlive, isReady, said }: HealthStatus): string {
  const alive = isAlive === null ? 'does not answer' : isAlive ? 'alive' : 'stuck';
  const ready = isReady === null ? '' : isReady ? ', ready' : ', not ready';
  return [`${address}: ${alive}${ready}`, ...said.map((line) => `  ${line}`), ''].join('\n');
}

/** In the largest unit that leaves a whole number of some size. */
function ago(at: string, now: Date): string {
  const seconds = Math.round((now.getTime() - Date.parse(at)) / 1000);
  if (seconds < 0) return `at ${at}`;
  if (seconds < 120) return `${seconds} s ago`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`;
}
