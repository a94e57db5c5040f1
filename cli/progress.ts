import type { Writable } from 'node:stream';
import { SingleBar } from 'cli-progress';

export interface Progress {
  /** `done` of the total; `note` says in a few words what is being done. */
  update(done: number, note: string): void;
  /** Leaves the last state on the screen. */
  finish(): void;
}

export interface ProgressOptions {
  readonly label: string;
  readonly total: number;
  readonly quiet: boolean;
  /** Where it is shown: a bar if it is a terminal, a line now and then if it is not. */
  readonly stream: Writable & { readonly isTTY?: boolean };
  readonly nowMs: () => number;
}

const linePeriodMs = 10_000;

export function openProgress(options: ProgressOptions): Progress {
  if (options.quiet) return { update: () => {}, finish: () => {} };
  return options.stream.isTTY ? bar(options) : lines(options);
}

function bar(options: ProgressOptions): Progress {
  const drawn = new SingleBar({
    format: `${options.label} {bar} {percentage}% | {duration_formatted}, {eta_formatted} left | {note}`,
    stream: options.stream,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    // The callers' loops may never let a timer fire, so each update draws, twelve times a second at most.
    fps: 12,
    noTTYOutput: false,
    // Its handler would swallow the first Ctrl-C.
    gracefulExit: false,
  });
  drawn.start(options.total, 0, { note: '' });
  return {
    update: (done, note) => drawn.update(done, { note }),
    finish: () => drawn.stop(),
  };
}

/** For logs: the first state, then one line every ten seconds, then the last. */
function lines(options: ProgressOptions): Progress {
  const startMs = options.nowMs();
  let lastMs = Number.NEGATIVE_INFINITY;
  let latest = { done: 0, note: '' };
  const write = () => {
    lastMs = options.nowMs();
    const seconds = Math.round((lastMs - startMs) / 1000);
    const percent = options.total > 0 ? Math.floor((100 * latest.done) / options.total) : 100;
    options.stream.write(`${options.label} ${percent}% after ${seconds} s${latest.note && ` | ${latest.note}`}\n`);
  };
  return {
    update: (done, note) => {
      latest = { done, note };
      if (options.nowMs() - lastMs >= linePeriodMs) write();
    },
    finish: write,
  };
}
