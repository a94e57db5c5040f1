import { Calls } from '../../../../env/aws/calls/call.ts';
import { FunctionPilot, type FunctionWish, type Piloted } from '../../../../env/aws/rollout/function-pilot.ts';
import type { RolloutJournal } from '../../../../env/aws/rollout/journal.ts';
import type { Verdict } from '../../../../env/aws/rollout/next-step.ts';
import { FunctionReader } from '../../../../env/aws/rollout/read-function.ts';
import { LiveWriter } from '../../../../env/aws/writing/live-writer.ts';
import { FaultSchedule } from '../../../../env/twin/faults/schedule.ts';
import { LambdaFunctions } from '../../../../env/twin/lambda/functions.ts';
import { lambdaService } from '../../../../env/twin/lambda/service.ts';
import { type Around, sentTo } from '../sent-to.ts';

/** The twin's Lambda with one function `f` behind the alias `live`, on a clock that stands still until it is moved. */
export class LambdaWorld {
  nowMs = Date.UTC(2026, 10, 22);
  readonly functions: LambdaFunctions;

  constructor(memoryMb = 1024) {
    const startMs = this.nowMs;
    const clock = { nowMs: () => this.nowMs };
    this.functions = new LambdaFunctions({
      clock,
      faults: new FaultSchedule([], () => (this.nowMs - startMs) / 1000),
      place: { region: 'eu-west-1', account: '123456789012' },
      functions: [{ name: 'f', aliases: ['live'], memoryMb, reservedConcurrency: null }],
    });
  }

  get function() {
    return this.functions.function('f');
  }

  /** What the traffic meets, as [version, memory in MB, share]. */
  get routes(): readonly (readonly [string, number, number])[] {
    return this.functions.routes('f', 'live')!.map(({ version, memoryMb, share }) => [version, memoryMb, share]);
  }

  /** [version or alias, environments] */
  get provisioned(): readonly (readonly [string, number])[] {
    return this.function.provisions().map(({ qualifier, requested }) => [qualifier, requested]);
  }
}

export interface ProcessOptions {
  readonly journal: RolloutJournal;
  readonly around?: Around;
  readonly verdict?: () => Verdict;
  readonly isLeaseHeld?: () => boolean;
}

/** The part of a controller that steers `f`: what is in it dies with it. */
export function processOn(world: LambdaWorld, options: ProcessOptions): FunctionPilot {
  const { journal, around, verdict = () => 'fine', isLeaseHeld = () => true } = options;
  const lambda = sentTo<never>(lambdaService(world.functions), around);
  const nowMs = () => world.nowMs;
  return new FunctionPilot({
    function: 'f',
    alias: 'live',
    writer: new LiveWriter({
      clients: { lambda, autoScaling: lambda, loadBalancing: lambda },
      lease: { check: async () => isLeaseHeld() },
      sendToRouter: null,
      deadlineMs: 10_000,
    }),
    reader: new FunctionReader(lambda, new Calls(10_000)),
    journal,
    judge: {
      judge: async ({ sinceMs }) => (nowMs() - sinceMs < 180_000 ? 'early' : verdict()),
    },
    nowMs,
    random: () => 0,
    expectedMs: () => null,
  });
}

/** A process of its own that steers `f`, one step a minute; what it said last. */
export async function steerFor(
  world: LambdaWorld,
  minutes: number,
  wish: FunctionWish,
  options: ProcessOptions,
): Promise<Piloted> {
  const pilot = processOn(world, options);
  let last: Piloted | null = null;
  for (let minute = 0; minute < minutes; minute++) {
    last = await pilot.steer(wish);
    world.nowMs += 60_000;
  }
  return last!;
}
