import { type Command, Option } from 'commander';
import type { JournalEntry, PastNote } from '../controller/journal/journal-entry.ts';
import { runOf } from '../controller/journal/run-of.ts';
import { readDeployment } from '../env/deployment/deployment.ts';
import { checkPrices } from '../env/prices.ts';
import { InputProblem } from '../env/problem.ts';
import type { ServiceProfile } from '../env/types.ts';
import { walkContent } from './journal-content.ts';
import type { Parts } from './parts.ts';

export interface ExplainOptions {
  readonly journal: string;
  readonly last?: boolean;
  readonly service?: string;
  readonly deployment?: string;
  readonly policy?: string;
  readonly fallback?: string;
  readonly prices?: string;
  readonly json?: boolean;
}

export function registerExplain(program: Command, write: (text: string) => void): void {
  program
    .command('explain')
    .summary('why a decision was made')
    .description(
      'Tells of a decision in the journal of `spillway run` what was seen, what was chosen and why, what the alternatives would have brought in the ' +
        'simulator, and what held it back. It only reads.',
    )
    .argument('[id]', 'the id of the decision, as the journal and the log have it; its end will do')
    .option('--last', 'the last decision in the journal (default where no id is given)')
    .option('--journal <file>', 'journal of the run', 'runs/journal.jsonl')
    .addOption(new Option('--service <file>', 'the profile of the run (YAML)').conflicts('deployment'))
    .option('--deployment <file>', 'or the deployment (YAML), which names its profile')
    .option('--policy <policy>', 'explains what another policy would have done')
    .option('--fallback <policy>', 'a rule whose wish is shown beside', 'ski-rental')
    .option('--prices <file>', 'price book (default: the one that ships with Spillway)')
    .option('--json', 'as data')
    .addHelpText('after', examples)
    .action(async (id: string | undefined, options: ExplainOptions) => {
      const { simulatedParts } = await import('./simulated-parts.ts');
      write(await explain(id, options, simulatedParts()));
    });
}

const examples = `
Examples:
  spillway explain --service examples/image-classifier.yaml
  spillway explain 20261121234640912-9c1f/30 --service examples/image-classifier.yaml --json
  spillway explain --last --service examples/image-classifier.yaml --policy ppo:checkpoints/default`;

type ExplainParts = Pick<Parts, 'profile' | 'prices' | 'policy'>;

/** The explanation, as text or JSON. */
export async function explain(id: string | undefined, options: ExplainOptions, parts: ExplainParts): Promise<string> {
  if (id !== undefined && options.last) {
    throw new InputProblem(`--last: the decision ${id} is named too; leave one of the two out.`);
  }
  const { name, profile } = await serviceOf(options, parts);
  const prices = await parts.prices(options.prices ?? null);
  checkPrices(profile, prices);
  const read = await readOf(name, options.journal);
  const entries = upTo(read, id, name, profile, options.journal);
  const run = runOf(entries.at(-1)!);
  const past = read.pasts.findLast((one) => one.id === run) ?? null;
  const { explainDecision } = await import('./explained-decision.ts');
  const { policy, fallback } = options;
  const explained = await explainDecision(
    { entries, past, profile, prices, ...(policy && { policy }), ...(fallback && { fallback }) },
    parts,
  );
  if (options.json) return `${JSON.stringify(explained, null, 2)}\n`;
  const { explainedText } = await import('./explain-text.ts');
  return explainedText(explained, profile);
}

/** The name by which the journal knows it, and its profile. */
async function serviceOf(
  { service, deployment }: ExplainOptions,
  parts: ExplainParts,
): Promise<{ readonly name: string; readonly profile: ServiceProfile }> {
  if (service !== undefined) {
    const profile = await parts.profile(service);
    return { name: profile.name, profile };
  }
  if (deployment !== undefined) {
    const deployed = await readDeployment(deployment);
    return { name: deployed.deployment.name, profile: deployed.profile };
  }
  throw new InputProblem('--service is missing: name the profile of the run, or its --deployment.');
}

/** What a journal has of one service. */
interface Read {
  readonly entries: readonly JournalEntry[];
  readonly pasts: readonly PastNote[];
  /** All that it has decisions of. */
  readonly names: ReadonlySet<string>;
}

/** Of the others, who may be a thousand, nothing is kept but their names. */
async function readOf(name: string, journal: string): Promise<Read> {
  const [entries, pasts, names]: [JournalEntry[], PastNote[], Set<string>] = [[], [], new Set()];
  await walkContent(journal, Number.NEGATIVE_INFINITY, (line) => {
    // Before there were kinds, every line was a decision, and before there were services in it, a journal was of one.
    if (line === null) return;
    const kind = line.kind ?? 'decision';
    const isOwn = (line.service ?? name) === name;
    if (kind === 'decision') names.add(line.service ?? 'an unnamed one');
    if (kind === 'decision' && isOwn) entries.push(line as JournalEntry);
    else if (kind === 'past' && isOwn) pasts.push(line as PastNote);
  });
  return { entries, pasts, names };
}

/** The decisions of the run of the one that is wanted, up to it. */
function upTo(
  { entries, names }: Read,
  id: string | undefined,
  name: string,
  profile: ServiceProfile,
  journal: string,
): readonly JournalEntry[] {
  const { length } = profile.pools;
  const own = entries.filter(
    ({ observation, applied }) => observation.pools.length === length && applied.vmCounts.length === length,
  );
  const at = id === undefined ? own.length - 1 : own.findLastIndex((one) => one.id === id || one.id.endsWith(`/${id}`));
  if (at < 0) {
    const what = id === undefined || own.length === 0 ? 'no decision' : `no decision ${id}`;
    const others = [...names];
    const but = own.length > 0 ? '' : `, but ${others.length === 0 ? 'none at all' : `those of ${others.join(', ')}`}`;
    throw new InputProblem(
      `--journal ${journal}: holds ${what} of service ${name} with ${length} ${length === 1 ? 'pool' : 'pools'}${but}; name another journal, profile or id.`,
    );
  }
  const run = runOf(own[at]!);
  return own.slice(0, at + 1).filter((one) => runOf(one) === run);
}
