import { z } from 'zod';
import { InputProblem } from '../env/problem.ts';
import type { Clock } from './clock.ts';

/** Wall time as the twin's, everything else as the machine's: calls and deadlines take real time. */
export interface Rehearsal {
  readonly clock: Clock;
  /** Of a twin that stands still between decisions: lets so much time pass. Null: its time passes by itself. */
  readonly advance: ((seconds: number) => Promise<void>) | null;
}

const timeShape = z.object({ now: z.number().finite(), speed: z.number().positive().nullish() });

/** Only a twin on this machine may be rehearsed with: whoever else answers there could be anybody. */
export function rehearsalAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLoopback = url !== null && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname);
  const isPlain = url !== null && url.protocol === 'http:' && url.username === '' && url.password === '';
  if (isLoopback && isPlain && url.pathname === '/' && url.search === '') return url.origin;
  throw new InputProblem(
    `--rehearsal ${text}: must be the address of a twin on this machine, such as http://127.0.0.1:4566; start one with spillway twin.`,
  );
}

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

async function ask(address: string, what: 'time' | 'advance', body: object | null) {
  try {
    const posted = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${address}/_twin/${what}`, {
      ...(body === null ? {} : posted),
      signal: AbortSignal.timeout(60_000),
    });
    return timeShape.parse(await response.json());
  } catch (error) {
    const why = error instanceof z.ZodError ? 'its answer is no time' : 'it does not answer';
    throw new InputProblem(`--rehearsal ${address}: ${why}; start a twin there with spillway twin.`);
  }
}
