import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InputProblem } from '../env/problem.ts';
import type { Workload } from '../env/types.ts';
import { type LoggedRequest, loggedRequest } from '../env/workload/access-log.ts';
import { mostSteps } from '../env/workload/even-steps.ts';

/** Logs that are a hundredth something else are no access logs. */
const mostStrangeShare = 0.01;
/** Two logs that begin with so many equal lines are one log. */
const openingLines = 20;

export interface ReadLogs {
  /** In steps of a second; a second without a line is one in which nothing came. */
  readonly workload: Workload;
  readonly beganAtMs: number;
  readonly lines: number;
  /** Lines of another format. */
  readonly strange: number;
  /** Requests of other target groups. */
  readonly others: number;
  /** Requests for which no target group was chosen. */
  readonly unchosen: number;
  /** Some lines tell their time without its zone. */
  readonly lacksZone: boolean;
  /** The longest time in which nothing came; a log may be missing there. */
  readonly silence: Silence;
}

interface Silence {
  readonly fromMs: number;
  readonly seconds: number;
}

/** Reads files of any size line by line. `targetGroups`: ARNs of those whose requests are meant; null: all of them. */
export async function readAccessLogs(
  files: readonly string[],
  targetGroups: ReadonlySet<string> | null,
  onProgress: (files: number, lines: number) => void,
): Promise<ReadLogs> {
  const counts = new Map<number, number>();
  let lines = 0;
  let strange = 0;
  let firstStrange: string | null = null;
  let others = 0;
  let unchosen = 0;
  let lacksZone = false;
  const openings = new Openings();
  for (const [index, file] of files.entries()) {
    for await (const line of linesOf(file)) {
      if (line.trim() === '') continue;
      const request = loggedRequest(line);
      lines++;
      lacksZone ||= request?.lacksZone === true;
      openings.add(line, file);
      if (request === null) {
        strange++;
        firstStrange ??= file;
      } else if (targetGroups !== null && request.targetGroup === null) throw withoutGroups(file);
      else if (targetGroups !== null && request.targetGroup === '-') unchosen++;
      else if (targetGroups?.has(request.targetGroup!) === false) others++;
      else book(counts, request);
      if (lines % 10_000 === 0) onProgress(index, lines);
    }
    onProgress(index + 1, lines);
  }
  if (counts.size === 0 && others + unchosen > 0) {
    throw new InputProblem(
      `${files[0]}: none of ${lines} lines is of a target group of the deployment; correct its target groups, or give the log of its load balancer.`,
    );
  }
  if (counts.size === 0 || strange > mostStrangeShare * lines) {
    throw new InputProblem(
      `${firstStrange ?? files[0]}: ${strange} of ${files.length > 1 ? 'all ' : ''}${lines} lines are neither of a load balancer's access log nor in the common log format, of HAProxy or Envoy, or JSON with a time: give access logs of these formats, or counts by time with --counts.`,
    );
  }
  const { workload, beganAtMs } = workloadOf(counts, files);
  const silence = longestSilence(workload.requests, beganAtMs);
  return { workload, beganAtMs, lines, strange, others, unchosen, lacksZone, silence };
}

/** How each log begins, so that a copy beside it (that of before it was zipped) is not counted as well. */
class Openings {
  readonly #files = new Map<string, string>();
  #file = '';
  #lines: string[] = [];

  add(line: string, file: string): void {
    if (file !== this.#file) [this.#file, this.#lines] = [file, []];
    if (this.#lines.length === openingLines) return;
    this.#lines.push(line);
    if (this.#lines.length < openingLines) return;
    const opening = this.#lines.join('\n');
    const other = this.#files.get(opening);
    if (other !== undefined) {
      throw new InputProblem(
        `${file}: begins with the same ${openingLines} lines as ${other}, whose requests would be counted twice: give each log once.`,
      );
    }
    this.#files.set(opening, file);
  }
}

/** Of the seconds between the first request and the last. */
function longestSilence(requests: Float64Array, beganAtMs: number): Silence {
  let from = 0;
  let longest = { from, seconds: 0 };
  for (let second = 0; second < requests.length; second++) {
    if (requests[second]! > 0) from = second + 1;
    else if (second + 1 - from > longest.seconds) longest = { from, seconds: second + 1 - from };
  }
  return { fromMs: beganAtMs + 1000 * longest.from, seconds: longest.seconds };
}

function book(counts: Map<number, number>, { atMs }: LoggedRequest): void {
  const second = Math.floor(atMs / 1000);
  counts.set(second, (counts.get(second) ?? 0) + 1);
}

function withoutGroups(file: string): InputProblem {
  return new InputProblem(
    `${file}: does not tell target groups, by which --deployment chooses requests; leave it out, or give the log of the load balancer.`,
  );
}

function workloadOf(counts: ReadonlyMap<number, number>, files: readonly string[]) {
  let first = Infinity;
  let last = -Infinity;
  for (const second of counts.keys()) {
    first = Math.min(first, second);
    last = Math.max(last, second);
  }
  const seconds = last - first + 1;
  if (seconds < 2 || seconds > mostSteps) {
    throw new InputProblem(
      `${files[0]}: the lines span ${seconds} s, but must span 2 to ${mostSteps}: give logs of one service that follow each other.`,
    );
  }
  const requests = Float64Array.from({ length: seconds }, (_, second) => counts.get(first + second) ?? 0);
  const name = basename(files[0]!).replace(/(\.log)?(\.gz)?$/, '');
  return { workload: { name, stepSeconds: 1, requests, counted: true }, beganAtMs: 1000 * first };
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const found = await stat(file).catch(() => null);
  if (found === null) throw new InputProblem(`${file}: there is no such file: name an access log.`);
  const source = createReadStream(file);
  const input: Readable = file.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  // Some versions of Node end the lines at an error of their input, others throw it.
  let failure: unknown = null;
  const note = (error: unknown) => {
    failure ??= error;
    input.destroy();
  };
  source.on('error', note);
  input.on('error', note);
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch (error) {
    note(error);
  }
  if (failure === null) return;
  throw new InputProblem(`${file}: cannot be read to its end (${String(failure)}): give a whole file.`);
}
