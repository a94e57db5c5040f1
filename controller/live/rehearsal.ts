import { z } from 'zod';
import { InputProblem } from '../../env/problem.ts';
import type { Clock } from '../clock.ts';

/** Wall time as the twin's, everything else as the machine's: calls and deadlines take real time. */
export interface Rehearsal {
  readonly clock: Clock;
  /** Of a twin that stands still between decisions: lets so much time pass. Null: its time passes by itself. */
  readonly advance: ((seconds: number) => Promise<void>) | null;
}

const timeShape = z.object({ now: z.number().finite(), speed: z.number().positive().nullish() });

/** Follows the twin's time. */
export async function openRehearsal(address: string, machine: Clock): Promise<Rehearsal> {
  let known = await ask(address, 'time', null);
  let askedMs = machine.monotonicMs();
  const nowMs = () => known.now + (known.speed ?? 0) * (machine.monotonicMs() - askedMs);
  return {
    clock: {
      now: () => new Date(nowMs()),
      monotonicMs: () => machine.monotonicMs(),
      after: (delayMs, callback) => machine.after(delayMs, callback),
    },
    advance:
      known.speed == null
        ? async (seconds) => {
            known = await ask(address, 'advance', { seconds });
            askedMs = machine.monotonicMs();
          }
        : null,
  };
}

/** What is to pass is simulated at once, beside whatever else the machine does. */
const patienceMs = { time: 60_000, advance: 600_000 } as const;

async function ask(address: string, what: 'time' | 'advance', body: object | null) {
  try {
    const posted = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${address}/_twin/${what}`, {
      ...(body === null ? {} : posted),
      signal: AbortSignal.timeout(patienceMs[what]),
    });
    return timeShape.parse(await response.json());
  } catch (error) {
    const why = error instanceof z.ZodError ? 'its answer is no time' : 'it does not answer';
    throw new InputProblem(`--rehearsal ${address}: ${why}; start a twin there with spillway twin.`);
  }
}
