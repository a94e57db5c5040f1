import type { AgentFacts } from '../agent/saved-agent.ts';
import type { TrainingOptions } from '../agent/training-options.ts';
import { formatAttainment, formatUsd } from '../policies/evaluation/format.ts';
import { formatPromise } from '../policies/evaluation/trace-table.ts';
import { howMany } from './how-many.ts';

/** What training tells at its end: what was taken, and how it stands beside the rules. */
export function trainingSummary(folder: string, facts: AgentFacts, { profile }: TrainingOptions): string {
  const target = profile.slo.attainment;
  const lines = facts.scores.map(({ policy, usd, attainment }) => {
    const mark = attainment >= target ? '' : `  misses the ${formatPromise(target)}`;
    return `  ${policy.padEnd(12)} $${formatUsd(usd).padStart(9)}  ${formatAttainment(attainment).padStart(7)}${mark}`;
  });
  return (
    `Trained in ${facts.wallSeconds} s on ${facts.backend}, acting on ${facts.pools.join(' and ')}.\n` +
    `Best on validation: ${selectionOf(facts)}.\n` +
    `On validation (${facts.validationTraces.join(', ')}; fluid simulator; rules with their default parameters; attainment of the worst trace):\n` +
    `${lines.join('\n')}\nThe agent is ppo:${folder}\n`
  );
}

function selectionOf({ selected, from }: AgentFacts): string {
  const unmoved = from ? `as ${from.name} was` : 'as imitated';
  const after = (steps: number) => (steps === 0 ? unmoved : `after ${howMany(steps, 'step')} of PPO`);
  const service =
    selected.service === null
      ? "no service network: the rules' options did better"
      : `service network ${after(selected.service)}`;
  return `level network ${after(selected.level)}, ${service}`;
}
