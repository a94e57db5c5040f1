import { formatAttainment, formatInterval, formatRatio } from '../policies/evaluation/format.ts';
import type { Evaluation, Standing } from '../policies/evaluation/json.ts';
import { todaysAutoscalers } from './todays-autoscalers.ts';

/** The matrix of runs that lies in a file of this name; null: there is none. */
export type Matrices = (name: string) => Evaluation | null;

const agent = 'ppo:checkpoints/default';
const agentWithWaits = `${agent}:waitShare=0.5`;
const rule = 'lcp:windowSeconds=0';
const ratios = ['4', '2.5', '1.4'];
const fleets = ['5', '50'];

/** A table of ratios over several matrices; null: there is none of that name, or not one of its matrices. */
export function ratioTable(name: string, matrices: Matrices): string | null {
  const table = { answer, found, equal, 'found-equal': foundEqual, budgets, today }[name];
  return table === undefined ? null : table(matrices);
}

interface Column {
  readonly title: string;
  readonly cell: (evaluation: Evaluation) => string;
}

const standing = ({ standings }: Evaluation, policy: string) => standings.find((one) => one.policy === policy);
const overBound = (policy: string) => (one: Evaluation) => formatRatio(standing(one, policy)?.overBound?.value ?? null);
const overRule = (policy: string) => (one: Evaluation) =>
  formatRatio(standing(one, policy)?.overBestRule?.value ?? null);
const kept = (policy: string) => (one: Evaluation) => String(standing(one, policy)?.kept ?? '-');

function acrossTraces(policy: string) {
  return (one: Evaluation): string => {
    const interval = standing(one, policy)?.overBestRuleAcrossTraces;
    return interval ? formatInterval(interval.low, interval.high, formatRatio) : '-';
  };
}

/** The agent beside the rules, where nobody knows the future. */
const answerColumns: readonly Column[] = [
  { title: 'seeds', cell: ({ seeds }) => String(seeds.length) },
  { title: 'agent / `lcp`', cell: (one) => `**${overRule(agent)(one)}**` },
  { title: 'interval over traces', cell: acrossTraces(agent) },
  {
    title: 'traces kept: agent, `lcp`',
    cell: (one) => `${kept(agent)(one)}, ${kept(rule)(one)} of ${one.traces.length}`,
  },
  { title: "agent with a rule's waits / `lcp`", cell: overRule(agentWithWaits) },
  { title: '`mpc` / `lcp`, traces kept', cell: (one) => `${overRule('mpc')(one)}, ${kept('mpc')(one)}` },
  { title: 'agent / bound', cell: overBound(agent) },
  { title: '`lcp` / bound', cell: overBound(rule) },
  { title: 'replayed optimum / bound', cell: overBound('oracle') },
];

function answer(matrices: Matrices): string | null {
  return bySize('unseen', answerColumns, matrices);
}

/** The same on the traces that were found once the agent was finished. */
function found(matrices: Matrices): string | null {
  return bySize('found-unseen', answerColumns, matrices);
}

const turned = (title: string, policy: string): Column => ({
  title,
  cell: (one) => {
    const found = standing(one, policy);
    return found === undefined ? 'not run' : formatRatio(found.overBoundAtAttainment);
  },
});

/** Cost over the bound where VMs and waits are turned until just the promised share is in time. */
const equalColumns: readonly Column[] = [
  turned('agent', agent),
  turned("agent, a rule's waits", agentWithWaits),
  turned('`lcp`, defaults', rule),
  ...['lcp', 'ski-rental', 'mixed', 'percentile', 'mpc'].map((one) => turned(`\`${one}\``, one)),
];

function equal(matrices: Matrices): string | null {
  return bySize('equal', equalColumns, matrices);
}

/** What drives fleets today, over the agent, at each price ratio. */
function today(matrices: Matrices): string | null {
  const smallest = fleets[0]!;
  const all = ratios.flatMap((rho) => {
    const evaluation = matrices(`unseen-rho-${rho}-fleet-${smallest}`);
    return evaluation === null ? [] : [{ rho, evaluation }];
  });
  if (all.length === 0) return null;
  const rows = todaysAutoscalers(
    all.map(({ evaluation }) => evaluation),
    agent,
  );
  return markdown(['fleets driven by', 'rule', ...all.map(({ rho }) => `ρ ${rho}`)], rows);
}

function foundEqual(matrices: Matrices): string | null {
  return bySize('found-equal', [...equalColumns, turned('`keda`', 'keda')], matrices);
}

/** A row for each price ratio and fleet. */
function bySize(part: string, columns: readonly Column[], matrices: Matrices): string | null {
  const rows = fleets.flatMap((fleet) =>
    ratios.flatMap((rho) => {
      const evaluation = matrices(`${part}-rho-${rho}-fleet-${fleet}`);
      return evaluation === null ? [] : [[rho, fleet, ...columns.map(({ cell }) => cell(evaluation))]];
    }),
  );
  return rows.length === 0 ? null : markdown(['rho', 'VMs', ...columns.map(({ title }) => title)], rows);
}

/** With the router's budgets, at the price ratios at which they earn less: a row for each policy. */
function budgets(matrices: Matrices): string | null {
  const all = ['2.5', '1.4'].flatMap((rho) => {
    const evaluation = matrices(`budgets-rho-${rho}-budgets-fleet-5`);
    return evaluation === null ? [] : [{ rho, evaluation }];
  });
  if (all.length === 0) return null;
  const titles = all.flatMap(({ rho }) => [`rho ${rho}: kept`, '/ bound', '/ `lcp`', 'over traces', 'worst trace']);
  const policies = all[0]!.evaluation.standings.map((one) => one.policy);
  const rows = policies.map((policy) => [
    `\`${policy}\``,
    ...all.flatMap(({ evaluation }) => [
      `${kept(policy)(evaluation)} of ${evaluation.traces.length}`,
      overBound(policy)(evaluation),
      overRule(policy)(evaluation),
      acrossTraces(policy)(evaluation),
      worst(standing(evaluation, policy)),
    ]),
  ]);
  return markdown(['policy', ...titles], rows);
}

const worst = (one: Standing | undefined) => formatAttainment(one?.worstAttainment ?? null);

function markdown(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(titles), `|${'---|'.repeat(titles.length)}`, ...rows.map(line)].join('\n');
}
