import type { ServiceProfile } from '../../env/types.ts';
import type { Laboratory, Sensitivity } from '../experiment.ts';
import type { ScaledRun } from '../scaled.ts';
import type { PaperTrace } from './traces.ts';

export type Scheme = 'reactive' | 'util-aware' | 'exascale' | 'mixed' | 'paragon';
export type Runs = Readonly<Record<Scheme, ScaledRun>>;

/** What the schemes did on each trace, and how they are run on it once more with other settings or another service. */
export interface SchemeLaboratory {
  readonly traces: readonly PaperTrace[];
  /** [trace] */
  readonly runs: readonly Runs[];
  readonly run: (
    scheme: Scheme,
    trace: PaperTrace,
    change: { readonly settings?: string; readonly profile?: (profile: ServiceProfile) => ServiceProfile },
  ) => Promise<ScaledRun>;
  readonly told: Laboratory['told'];
}

/** How often `told` is called. */
export const sensitivitySteps = 12;

/** How the missed figures move with what the paper does not give. */
export async function schemeSensitivities(laboratory: SchemeLaboratory): Promise<Sensitivity[]> {
  return [
    await relaxedDeadline(laboratory),
    await lambdaLimit(laboratory),
    await utilAwareStep(laboratory),
    await exascaleMargin(laboratory),
  ];
}

const percent = (share: number) => `${(100 * share).toFixed(1)}%`;

function named({ traces, runs }: SchemeLaboratory, name: PaperTrace['name']): { trace: PaperTrace; known: Runs } {
  const index = traces.findIndex((one) => one.name === name);
  return { trace: traces[index]!, known: runs[index]! };
}

async function relaxedDeadline(laboratory: SchemeLaboratory): Promise<Sensitivity> {
  const rows = [];
  for (const seconds of [60, 120, 240]) {
    const profile = (one: ServiceProfile): ServiceProfile => ({
      ...one,
      clientTimeoutMs: Math.max(one.clientTimeoutMs, 2000 * seconds),
      slo: {
        ...one.slo,
        classes: one.slo.classes.map((kind, k) => (k === 0 ? kind : { ...kind, deadlineMs: 1000 * seconds })),
      },
    });
    const cells = [];
    for (const name of ['Berkeley', 'WITS'] as const) {
      const { trace } = named(laboratory, name);
      const mixed = await laboratory.run('mixed', trace, { profile });
      cells.push(percent((await laboratory.run('paragon', trace, { profile })).missed - mixed.missed));
    }
    laboratory.told(`relaxed deadline ${seconds} s`);
    rows.push({ value: `${seconds}`, cells });
  }
  const columns = ['Berkeley: missed by Paragon less missed by mixed', 'WITS'];
  return { parameter: 'deadline of relaxed queries, s (assumed: 10)', columns, rows };
}

async function lambdaLimit(laboratory: SchemeLaboratory): Promise<Sensitivity> {
  const rows = [];
  for (const concurrencyLimit of [10, 20, 40]) {
    const profile = (one: ServiceProfile): ServiceProfile => ({ ...one, lambda: { ...one.lambda, concurrencyLimit } });
    const cells = [];
    for (const name of ['Berkeley', 'WITS'] as const) {
      const { trace, known } = named(laboratory, name);
      cells.push(percent(1 - (await laboratory.run('mixed', trace, { profile })).missed / known.reactive.missed));
    }
    laboratory.told(`${concurrencyLimit} environments`);
    rows.push({ value: `${concurrencyLimit}`, cells });
  }
  const columns = ["Berkeley: violations that mixed saves of reactive's", 'WITS'];
  return { parameter: 'environments that Lambda runs at once (assumed: 1,000)', columns, rows };
}

async function utilAwareStep(laboratory: SchemeLaboratory): Promise<Sensitivity> {
  const { trace, known } = named(laboratory, 'Twitter');
  const rows = [];
  for (const share of [0.1, 0.4, 1]) {
    const run = await laboratory.run('util-aware', trace, { settings: `scaleInAt=0.6,stepShare=${share}` });
    laboratory.told(`util-aware adds ${share}`);
    const cells = [percent(run.missed - known.reactive.missed), percent(run.vmHours / known.reactive.vmHours - 1)];
    rows.push({ value: `${share}`, cells });
  }
  const columns = ['Twitter: missed by util-aware less missed by reactive', 'VM hours of util-aware over reactive'];
  return { parameter: 'share of the fleet that util-aware adds at a time (assumed: 0.2)', columns, rows };
}

async function exascaleMargin(laboratory: SchemeLaboratory): Promise<Sensitivity> {
  const { trace, known } = named(laboratory, 'Wiki');
  const rows = [];
  for (const margin of [1, 1.15, 1.2]) {
    const run = await laboratory.run('exascale', trace, { settings: `margin=${margin},utilization=0.9` });
    laboratory.told(`margin ${margin} of exascale`);
    const cells = [percent(run.vmHours / known.reactive.vmHours - 1), (known.mixed.usd / run.usd).toFixed(3)];
    rows.push({ value: `${margin}`, cells });
  }
  const columns = ['Wiki: VM hours of exascale over reactive', 'dollars of mixed over exascale'];
  return { parameter: "margin of exascale's line (assumed: 1.1)", columns, rows };
}
