import type { PredictedAlternative } from '../agent/explanation/alternatives.ts';
import { groupShares } from '../agent/explanation/feature-groups.ts';
import type { LevelReason, PoolReason } from '../agent/explanation/level-reasons.ts';
import type { JournalEntry } from '../controller/journal/journal-entry.ts';
import type { Action, ServiceProfile } from '../env/types.ts';
import { formatAttainment, formatDuration, formatMs, formatShare, formatUsd } from '../policies/evaluation/format.ts';
import { columns } from './columns.ts';
import type { ExplainedDecision } from './explained-decision.ts';
import { glossed } from './glossary.ts';
import { wrap } from './wrap.ts';

/** In paragraphs. */
export function explainedText(explained: ExplainedDecision, profile: ServiceProfile): string {
  const { entry } = explained;
  const paragraphs = [
    wrap(title(explained)),
    wrap(`It saw ${sight(entry, profile)}.`),
    ...wish(explained, profile),
    ...explained.pools.map((pool) => poolText(pool, profile)),
    ...comparison(explained, profile),
    wrap(restraint(entry, profile)),
    ...(entry.outcome === null ? [] : [wrap(aftermath(entry.outcome))]),
  ];
  return `${paragraphs.join('\n\n')}\n`;
}

function title({ entry, policy }: ExplainedDecision): string {
  const { id, at, mode, incumbent } = entry;
  const shadow =
    incumbent === null
      ? 'in shadow mode, where nothing is sent'
      : `in the shadow of ${incumbent.policy}, which drove the fleet`;
  const other = policy === entry.policy ? '' : ` (the policy of the run was ${entry.policy})`;
  return `Decision ${id} of ${at}, ${mode === 'live' ? 'live' : shadow}: ${policy}${other}.`;
}

function sight({ observation: seen }: JournalEntry, profile: ServiceProfile): string {
  const { arrivalsPerSecond, ageSeconds, spilledPerSecond, latencyMs } = seen;
  const fleets = profile.pools.map(({ name }, pool) => {
    const { ready, booting, sick, asked, hindrances = [] } = seen.pools[pool]!;
    const busy = seen.utilization[pool] ?? null;
    const hindered = hindrances.length === 0 ? '' : ` (${hindrances.map((one) => one.said).join('; ')})`;
    const ill = sick === undefined ? '' : `, ${sick} sick`;
    const missing = asked === undefined ? '' : ` of ${asked} asked for`;
    return `${name}: ${ready} ready and ${booting} booting${ill}${missing}${busy === null ? '' : `, ${formatShare(busy)} busy`}${hindered}`;
  });
  const classes = profile.slo.classes.map(({ name }, index) => {
    const inTime = seen.attainment[index] ?? null;
    const waiting = seen.queueLength[index] ?? null;
    return `${name}: ${inTime === null ? 'not known' : formatAttainment(inTime)} in time, ${waiting === null ? 'nobody knows how many' : number(waiting)} waiting`;
  });
  const demand =
    arrivalsPerSecond === null
      ? 'no arrivals at all (the metric was absent)'
      : `${number(arrivalsPerSecond)} requests per second in metrics that were ${formatDuration(ageSeconds ?? 0)} old`;
  const spilled = spilledPerSecond === null ? '' : `; ${number(spilledPerSecond)} per second went to Lambda`;
  const slow = latencyMs.p95 === null ? '' : `; p95 ${formatMs(latencyMs.p95)}`;
  return `${demand}${spilled}${slow}; ${fleets.join('; ')}; ${classes.join('; ')}`;
}

function wish(
  { wanted, reason, parameters, discrepancy, doubt }: ExplainedDecision,
  profile: ServiceProfile,
): string[] {
  const set = Object.entries(parameters).map(([name, value]) => `${name} ${value}`);
  const sentences = [
    wanted === null ? 'It wanted nothing that is valid.' : `It wanted ${actionText(wanted, profile)}.`,
    reason === null ? 'It gave no reason.' : `Its reason: ${reason}.`,
    set.length === 0 ? '' : `Its parameters: ${set.join(', ')}.`,
    doubt ?? '',
    discrepancy === null ? '' : `A word of caution: ${discrepancy}.`,
  ];
  const words = glossed(reason ?? '').map((one) => wrap(`(${one})`));
  return [[wrap(sentences.filter((one) => one !== '').join(' ')), ...words].join('\n')];
}

function actionText({ vmCounts, variant, lambdaMemoryMb, spillover }: Action, profile: ServiceProfile): string {
  const fleet = profile.pools.map(({ name }, pool) => `${vmCounts[pool]} of ${name}`).join(' and ');
  const waits = profile.slo.classes.map(({ name }, index) => {
    const wait = spillover.maxWaitMs[index] ?? null;
    return wait === null ? `${name} never` : `${name} after ${formatMs(wait)}`;
  });
  const spill =
    profile.router === 'weights'
      ? `${formatShare(spillover.lambdaShare)} of the requests to Lambda`
      : `what would wait too long for a VM to Lambda (${waits.join(', ')})`;
  return `${fleet}, the model ${profile.variants[variant]!.name}, ${spill}, there with ${lambdaMemoryMb} MB`;
}

function poolText({ pool, wantedVms, from, upTo, nearest }: PoolReason, profile: ServiceProfile): string {
  const { name } = profile.pools[pool]!;
  if (nearest === null) return wrap(`Of ${name} no VM was in doubt: all ${from} have to be on, and no more.`);
  const asked = `Of ${name} the network was asked about the VMs ${from + 1} to ${upTo}, and said yes to ${wantedVms - from}.`;
  const vote = nearest.isOn ? 'on' : 'off';
  const sure = formatShare(nearest.isOn ? nearest.chanceOfOn : 1 - nearest.chanceOfOn);
  const why =
    `The vote nearest to turning was that of VM ${nearest.vm}: ${vote}, and ${sure} sure of it. With everything as in training on average its preference ` +
    `for on would have been ${signed(nearest.usualPreference)}; what it saw made it ${signed(nearest.preference)}, by`;
  return `${wrap(`${asked} ${why}`)}\n${reasons(nearest)}`;
}

function reasons({ features }: LevelReason): string {
  const rows = groupShares(features).map(({ group, share, weightiest: { feature, value, usualValue } }) => [
    signed(share),
    group,
    `${feature}: ${number(value)}, in training ${number(usualValue)} on average`,
  ]);
  return columns(rows)
    .map((row) => `  ${row}`)
    .join('\n');
}

function comparison(explained: ExplainedDecision, profile: ServiceProfile): string[] {
  const { alternatives, assumedArrivals, standsSeconds } = explained;
  const intro =
    `What else could have been, foretold by the simulator from the state that was found: each stands for ${formatDuration(standsSeconds)} in 16 worlds with ` +
    `the same arrivals and boots${profile.router === 'weights' ? ', with the share for Lambda that it had at that moment' : ''}. Arrivals assumed: ${assumedArrivals}.`;
  const hasOdds = alternatives.some((one) => one.probability !== null);
  const head = [
    '',
    ...profile.pools.map(({ name }) => name),
    ...(hasOdds ? ['odds'] : []),
    '$/h',
    'in time',
    'accuracy',
    'spilled',
  ];
  const rows = alternatives.map((one) => alternativeRow(one, hasOdds));
  return [
    `${wrap(intro)}\n${columns([head, ...rows])
      .map((row) => `  ${row}`)
      .join('\n')}`,
  ];
}

function alternativeRow({ names, action, probability, prediction }: PredictedAlternative, hasOdds: boolean): string[] {
  const { usdPerHour, attainment, accuracy, spilledShare } = prediction;
  return [
    names.join(', '),
    ...action.vmCounts.map(String),
    ...(hasOdds ? [formatShare(probability)] : []),
    formatUsd(usdPerHour),
    formatAttainment(attainment),
    formatShare(accuracy),
    formatShare(spilledShare),
  ];
}

/** What held the decision back. */
function restraint(entry: JournalEntry, profile: ServiceProfile): string {
  const { action, applied, held, decidedBy, guardrails, incumbent, writes = [], fault = null } = entry;
  const sentences = [
    decidedBy.because === null ? '' : `Not the policy decided, but ${rungText(decidedBy.rung)}: ${decidedBy.because}`,
    held === null || held === decidedBy.because ? '' : held,
    ...guardrails.map(({ guardrail, said }) => `Guardrail ${guardrail}: ${said}`),
    incumbent === null
      ? ''
      : `${incumbent.policy} drove the fleet${incumbent.reason === null ? '' : `: ${incumbent.reason}`}.`,
    ...refusals(writes),
    fault ?? '',
  ].filter((one) => one !== '');
  const isSame = action !== null && JSON.stringify(action) === JSON.stringify(applied);
  const done = isSame ? 'It was done as it was wanted.' : `What was done: ${actionText(applied, profile)}.`;
  return [sentences.length === 0 ? 'Nothing held it back.' : sentences.join(' '), done].join(' ');
}

function refusals(writes: JournalEntry['writes']): string[] {
  const failed = writes.filter(({ state }) => state !== 'done');
  if (failed.length === 0) return [];
  const faults = [...new Set(failed.map(({ state, fault }) => fault ?? state))];
  return [
    `Of the ${writes.length} changes sent ${failed.length} came to nothing, as far as is known: ${faults.join('; ')}.`,
  ];
}

function rungText(rung: JournalEntry['decidedBy']['rung']): string {
  return rung === 'fallback' ? 'its fallback' : rung === 'hold' ? 'nobody: what was in force stayed' : rung;
}

function aftermath(outcome: NonNullable<JournalEntry['outcome']>): string {
  const { seconds, requests, attainment, usd, spilled } = outcome;
  const inTime = attainment === null ? '' : `, ${formatAttainment(attainment)} of the answers in time`;
  return (
    `What came of it, in the ${formatDuration(seconds)} that followed: ${number(requests)} requests${inTime}, ${number(spilled)} sent to Lambda, ` +
    `$${formatUsd((3600 * usd) / seconds)} per hour.`
  );
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;
}
