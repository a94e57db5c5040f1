import { InputProblem } from '../problem.ts';
import { shown } from '../shown.ts';
import type { Fault } from './faults/fault.ts';
import { parseFault } from './faults/script.ts';
import { ServiceError } from './operation.ts';
import type { WireRequest, WireResponse } from './wire/message.ts';

/** What only a twin has: its time and its faults in a person's hands. */
export interface Controls {
  readonly nowMs: () => number;
  /** Null: it stands still until it is advanced. */
  readonly speed: () => number | null;
  readonly seconds: () => number;
  readonly advance: (seconds: number) => void;
  readonly inject: (fault: Fault) => void;
  /** Where the overflow router is spoken to, as 127.0.0.1:PORT; null: the profile's router is `weights`. */
  readonly routerSocket: () => string | null;
}

export const controlPath = '/_twin/';
/** A month and a day: what is asked for at once is simulated at once. */
const mostSeconds = 32 * 86_400;

/**
 * `GET time`, `GET router`, `POST advance {"seconds": n}` and `POST faults` with a fault of docs/twin.md. A page in a browser cannot reach it: it is asked for
 * under a loopback name, and without an Origin.
 */
export function control({ method, path, headers, body }: WireRequest, controls: Controls): WireResponse {
  const isOutside =
    headers.origin !== undefined || !/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '');
  if (isOutside) return said(403, { error: 'The twin is told what to do from this machine only.' });
  const asked = `${method} ${path.slice(controlPath.length)}`;
  try {
    if (asked === 'POST advance') controls.advance(secondsIn(body));
    else if (asked === 'POST faults') controls.inject(parseFault(body.toString('utf8'), controls.seconds()));
    else if (asked === 'GET router') return said(200, { socket: controls.routerSocket() });
    else if (asked !== 'GET time')
      return said(404, { error: `${asked} is none of GET time, GET router, POST advance, POST faults.` });
  } catch (error) {
    if (error instanceof InputProblem || error instanceof ServiceError) return said(400, { error: error.message });
    throw error;
  }
  return said(200, { now: controls.nowMs(), speed: controls.speed() });
}

function secondsIn(body: Buffer): number {
  let seconds: unknown;
  try {
    ({ seconds } = JSON.parse(body.toString('utf8')) as { seconds: unknown });
  } catch {
    throw new InputProblem('The body must be JSON, such as {"seconds": 60}.');
  }
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= mostSeconds) return seconds;
  throw new InputProblem(`seconds is ${shown(seconds)}, but must be a number from 0 to ${mostSeconds}.`);
}

function said(status: number, value: unknown): WireResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
