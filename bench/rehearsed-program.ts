import type { Command } from 'commander';
import { awsParts } from '../cli/live/aws-parts.ts';
import { openWorld } from '../cli/live/aws-world.ts';
import type { LiveParts, World, WorldOptions } from '../cli/live/live-parts.ts';
import { createProgram } from '../cli/program.ts';
import { simulatedParts } from '../cli/simulated-parts.ts';
import { type Clock, systemClock } from '../controller/clock.ts';
import { unpacedScheduler } from '../controller/scheduler.ts';
import type { DeployedService } from '../env/deployment/deployment.ts';
import type { Policy } from '../env/types.ts';

export interface Rehearsing {
  readonly service: DeployedService;
  /** What `--policy own` means; null: nothing. */
  readonly policy: Policy | null;
  readonly write: (text: string) => void;
  readonly stop: () => AbortSignal;
  readonly callDeadlineMs: number;
  /** By default the machine's. */
  readonly clock?: Clock;
  readonly runId?: string;
  /** By default the twin is asked over HTTP. */
  readonly rehearsal?: LiveParts['rehearsal'];
  /** By default `openWorld` as it is. */
  readonly world?: (options: WorldOptions, open: (options: WorldOptions) => World) => World;
}

/** The command line with everything behind `spillway run --env aws` as it is live, in this process: unpaced, without a watchdog, and each call tried once. */
export function rehearsedProgram(rehearsing: Rehearsing): Command {
  const { service, policy, write, stop, callDeadlineMs, clock = systemClock, runId = 'rehearsal' } = rehearsing;
  const [real, aws] = [simulatedParts(), awsParts({})];
  const open = (options: WorldOptions) => openWorld(options, { callDeadlineMs, maxAttempts: 1 });
  return createProgram({
    write,
    commands: [],
    run: {
      parts: async () => ({
        ...real,
        policy: async (specification, profile, prices) =>
          specification === 'own' && policy !== null
            ? { ...policy, parameters: {} }
            : real.policy(specification, profile, prices),
      }),
      live: async () => ({
        ...aws,
        deployment: async () => service,
        world: (options) => rehearsing.world?.(options, open) ?? open(options),
        rehearsal: rehearsing.rehearsal ?? aws.rehearsal,
        watchdog: async () => ({ beaten: () => {}, close: async () => {} }),
        random: () => 0.5,
      }),
      clock,
      scheduler: () => unpacedScheduler,
      output: { write },
      stop,
      runId: () => runId,
      leave: () => {},
    },
  });
}
