import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Workload } from '../../env/types.ts';
import { readWorkload } from '../../env/workload/reference.ts';
import type { Laboratory } from '../experiment.ts';

/** One of Paragon's four traces, or what stands in for it. */
export interface PaperTrace {
  /** As the paper calls it. */
  readonly name: 'Berkeley' | 'WITS' | 'Twitter' | 'Wiki';
  readonly workload: Workload;
  /** What was run in its place; null: the trace itself. */
  readonly standIn: string | null;
}

interface Source {
  readonly name: PaperTrace['name'];
  /** File among the real traces; null: it is not published. */
  readonly file: string | null;
  readonly what: string;
  readonly generator: string;
  readonly startSeconds: number;
  readonly durationSeconds: number;
  readonly scale: number;
}

/** Scaled to some 30 VMs, so that one more or less is a few per cent. */
const sources: readonly Source[] = [
  {
    name: 'Berkeley',
    file: null,
    what: 'Berkeley is not published: the generator flash-crowd stands in',
    generator: 'flash-crowd:base=150,peak=4,crowds=4,rampSeconds=300,hours=2.5,seed=1',
    startSeconds: 0,
    durationSeconds: 9_000,
    scale: 1,
  },
  {
    name: 'WITS',
    file: 'wits_1s.csv',
    what: 'WITS, its first two and a half hours',
    generator: 'mmpp:low=200,high=500,hours=2.5,seed=1',
    startSeconds: 0,
    durationSeconds: 9_000,
    scale: 1,
  },
  {
    name: 'Twitter',
    file: 'twitter_2021-08_day00_1s.csv',
    what: 'Twitter of August 2021, the first two and a half hours of a day, times 4',
    generator: 'mmpp:low=150,high=500,lowSeconds=1200,highSeconds=120,hours=2.5,seed=2',
    startSeconds: 0,
    durationSeconds: 9_000,
    scale: 4,
  },
  {
    name: 'Wiki',
    file: 'wikipedia_de_full_3600s.csv',
    what: 'hourly page views of the German Wikipedia, eight hours of a day, with a constant rate within each hour',
    generator: 'diurnal:mean=250,peakToMean=1.33,noise=0.02,hours=8,seed=1',
    startSeconds: 21_600,
    durationSeconds: 28_800,
    scale: 1,
  },
];

/** The real traces where the folder has them; else generators. */
export async function paperTraces({ traces }: Pick<Laboratory, 'traces'>): Promise<PaperTrace[]> {
  return Promise.all(
    sources.map(async ({ name, file, what, generator, startSeconds, durationSeconds, scale }) => {
      const path = file === null || traces === null ? null : join(traces, file);
      if (path === null || !existsSync(path)) {
        const standIn =
          file === null ? what : `no trace of ${name} was given: the generator ${generator.split(':')[0]} stands in`;
        return { name, workload: await readWorkload(generator), standIn };
      }
      const workload = await readWorkload(path, { startSeconds, durationSeconds, scale });
      return { name, workload, standIn: what };
    }),
  );
}
