import { Random } from '../../env/random.ts';
import { drawFaults } from '../../env/twin/faults/draw.ts';
import { type Fault, type FaultKind, faultKinds } from '../../env/twin/faults/fault.ts';
import type { Load } from './setting.ts';

/** What is done to a controller, at one of its calls in a minute of the twin. */
export interface Blow {
  readonly kind: 'kill' | 'pause' | 'jump';
  /** Which of the two controllers. */
  readonly seat: number;
  readonly minute: number;
  /** Of that minute, from 1; where there are fewer, at its end. */
  readonly call: number;
  /** Of a kill: before the call is looked at, once it is done and not answered, or some steps of the process after the answer. */
  readonly moment: 'before' | 'after' | 'later';
  /** For how long it is down, paused, or has the wrong time. */
  readonly minutes: number;
  /** By which a clock jumps, and jumps back afterwards. */
  readonly seconds: number;
}

/** What the policy does wrong from one minute on. */
export interface Lapse {
  readonly kind: 'throws' | 'nan' | 'absurd';
  readonly minute: number;
  readonly minutes: number;
}

/** All that happens in a round. */
export interface ChaosScript {
  readonly seed: number;
  readonly minutes: number;
  readonly mode: 'live' | 'shadow';
  readonly lease: 'file' | 'table';
  readonly seats: number;
  readonly load: Load;
  readonly faults: readonly Fault[];
  readonly blows: readonly Blow[];
  readonly lapses: readonly Lapse[];
}

export interface ScriptPlace {
  readonly groups: readonly string[];
  readonly functions: readonly string[];
  readonly hasRouter: boolean;
}

/** Nothing begins in the last part of a round, so that it can be seen to recover. */
export const quietMinutes = 70;
const longestFaultSeconds = 1200;

/** A round by its seed. */
export function drawScript(seed: number, minutes: number, place: ScriptPlace): ChaosScript {
  const random = Random.seeded(seed, 'live-chaos');
  const wild = minutes - quietMinutes;
  const mode = random.uniform() < 0.1 ? 'shadow' : 'live';
  const seats = mode === 'live' && random.uniform() < 0.6 ? 2 : 1;
  return {
    ...{ seed, minutes, mode, seats },
    lease: random.uniform() < 0.5 ? 'file' : 'table',
    load: { mean: 30 + random.below(40), periodMinutes: 60 + random.below(120), phase: random.uniform() },
    faults: drawn(random, wild, place),
    blows: often(random, wild, 15).map((minute) => blowAt(random, minute, seats)),
    lapses: often(random, wild, 60).map((minute) => lapseAt(random, minute)),
  };
}

function drawn(random: Random, minutes: number, place: ScriptPlace): Fault[] {
  const kinds: readonly FaultKind[] = faultKinds.filter((kind) => place.hasRouter || !kind.startsWith('router'));
  const seconds = 60 * minutes - longestFaultSeconds;
  const some = { random, seconds, longestSeconds: longestFaultSeconds, kinds, ...place };
  const all = drawFaults({ ...some, everySeconds: 900 });
  // Half of what happens to calls happens to a third of them, so that every mixture of what went well and what did not is met.
  return all.map((fault) => (fault.strength === 1 && random.uniform() < 0.5 ? partly(fault) : fault));
}

const call: ReadonlySet<FaultKind> = new Set<FaultKind>([
  ...(['throttle', 'deny', 'expired-token', 'hang', 'lost-answer', 'empty-body', 'html-503'] as const),
  ...(['reset', 'partial-data', 'stale-describe'] as const),
]);

function partly(fault: Fault): Fault {
  return call.has(fault.kind) ? { ...fault, strength: 0.3 } : fault;
}

/** Minutes, one in so many on average, each at most once. */
function often(random: Random, minutes: number, every: number): number[] {
  return Array.from({ length: Math.max(0, minutes) }, (_, minute) => minute).filter(() => random.uniform() < 1 / every);
}

function blowAt(random: Random, minute: number, seats: number): Blow {
  const kind = (['kill', 'kill', 'pause', 'jump'] as const)[random.below(4)]!;
  const jump = 150 * (1 + random.exponential() ** 4 * 10) * (random.uniform() < 0.5 ? 1 : -1);
  return {
    ...{ kind, minute, seat: random.below(seats), call: 1 + random.below(25) },
    moment: (['before', 'after', 'later'] as const)[random.below(3)]!,
    minutes: 1 + random.below(10),
    seconds: kind === 'jump' ? Math.round(Math.max(-300_000, Math.min(300_000, jump))) : 0,
  };
}

function lapseAt(random: Random, minute: number): Lapse {
  return { kind: (['throws', 'nan', 'absurd'] as const)[random.below(3)]!, minute, minutes: 1 + random.below(10) };
}

/** When nothing goes wrong any more. */
export function lastMinute({ faults, blows, lapses }: ChaosScript): number {
  return Math.max(
    0,
    ...faults.map(({ atSeconds, forSeconds }) => Math.ceil((atSeconds + forSeconds) / 60)),
    ...[...blows, ...lapses].map(({ minute, minutes }) => minute + minutes + 1),
  );
}
