import { link, open, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname } from 'node:path';
import type { Lease, Standing } from '../../env/lease.ts';
import { makeFolder } from '../../env/make-folder.ts';
import type { Clock } from '../clock.ts';

/** What stands in the file of a lease; its name ends in the token. */
interface Held {
  readonly host: string;
  readonly pid: number;
  /** Tells a process from an earlier one with its pid. */
  readonly run: string;
  readonly until: string;
}

interface Newest {
  readonly token: number;
  /** Null: it holds something else, or nothing, as after a power cut. */
  readonly held: Held | null;
}

export interface FileLeaseOptions {
  /** `PATH.TOKEN` is the file; the folder is made. */
  readonly path: string;
  readonly seconds: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly run: string;
}

/**
 * A lease among the processes of one host. Each holder has a file of its own, named by its token, and the highest token holds: taking is
 * creating the next one, which only one process can (link(2) fails where the name is there), so an earlier holder that wakes up cannot
 * take it back, and sees the higher token before it writes. Over: past its time, or its process is gone; one whose file cannot be understood
 * once it has stood so for its whole length, since a holder that is alive would have written it again.
 */
export class FileLease implements Lease {
  readonly #options: FileLeaseOptions;
  #token: number | null = null;
  #untilMs = 0;
  /** A token whose file cannot be understood, and since when. */
  #strange: { readonly token: number; readonly sinceMs: number } | null = null;

  constructor(options: FileLeaseOptions) {
    this.#options = options;
  }

  async renew(): Promise<Standing> {
    try {
      return await this.#renew().catch((error: NodeJS.ErrnoException) => {
        // Somebody was a moment faster: the second look tells who.
        if (error.code === 'EEXIST') return this.#renew();
        throw error;
      });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
      return { isHeld: false, holder: null, said: `The lease ${this.#options.path} cannot be asked for (${code}).` };
    }
  }

  async check(): Promise<boolean> {
    const nowMs = this.#options.clock.now().getTime();
    if (this.#token === null || nowMs >= this.#untilMs) return false;
    return this.#newest().then(
      (newest) => newest?.token === this.#token,
      () => false,
    );
  }

  async release(): Promise<void> {
    const token = this.#token;
    this.#token = null;
    if (token !== null) await this.#write(token, 0, rename).catch(() => {});
  }

  async #renew(): Promise<Standing> {
    const { path, seconds, clock } = this.#options;
    const nowMs = clock.now().getTime();
    const newest = await this.#newest();
    const isOwn = newest !== null && newest.token === this.#token;
    if (newest !== null && !isOwn && !this.#isOver(newest, nowMs)) {
      this.#token = null;
      const holder = newest.held === null ? null : `${newest.held.host}:${newest.held.pid}`;
      const said =
        holder === null
          ? `Somebody holds the lease ${path}, whose file ${path}.${newest.token} cannot be understood: it is taken once it has stayed so for ${seconds} s.`
          : `${holder} holds the lease ${path}: standing by.`;
      return { isHeld: false, holder, said };
    }
    const token = isOwn ? newest.token : (newest?.token ?? 0) + 1;
    const untilMs = nowMs + 1000 * seconds;
    await this.#write(token, untilMs, isOwn ? rename : link);
    [this.#token, this.#untilMs] = [token, untilMs];
    if (!isOwn) await this.#forget(token);
    return { isHeld: true, token };
  }

  #isOver({ token, held }: Newest, nowMs: number): boolean {
    if (held !== null) {
      this.#strange = null;
      return isOver(held, nowMs);
    }
    if (this.#strange?.token !== token) this.#strange = { token, sinceMs: nowMs };
    return nowMs - this.#strange.sinceMs >= 1000 * this.#options.seconds;
  }

  async #newest(): Promise<Newest | null> {
    const { path } = this.#options;
    const token = (await this.#tokens()).at(-1);
    if (token === undefined) return null;
    const text = await readFile(`${path}.${token}`, 'utf8');
    return { token, held: heldIn(text) };
  }

  async #tokens(): Promise<number[]> {
    const { path } = this.#options;
    await makeFolder(dirname(path));
    const prefix = `${basename(path)}.`;
    return (await readdir(dirname(path)))
      .filter((name) => name.startsWith(prefix) && /^[1-9]\d*$/.test(name.slice(prefix.length)))
      .map((name) => Number(name.slice(prefix.length)))
      .sort((one, other) => one - other);
  }

  /** Whole or not at all: written beside, then named. */
  async #write(token: number, untilMs: number, name: (from: string, to: string) => Promise<void>): Promise<void> {
    const { path, run } = this.#options;
    const held: Held = { host: hostname(), pid: process.pid, run, until: new Date(untilMs).toISOString() };
    const beside = `${path}.${run}.new`;
    const file = await open(beside, 'w');
    try {
      await file.writeFile(`${JSON.stringify(held)}\n`);
      // Else a power cut may leave the name without what is in it.
      await file.sync();
    } finally {
      await file.close();
    }
    try {
      await name(beside, `${path}.${token}`);
    } finally {
      await unlink(beside).catch(() => {});
    }
  }

  /** Of earlier holders. */
  async #forget(token: number): Promise<void> {
    const earlier = (await this.#tokens()).filter((one) => one < token);
    await Promise.all(earlier.map((one) => unlink(`${this.#options.path}.${one}`).catch(() => {})));
  }
}

function heldIn(text: string): Held | null {
  try {
    const held = JSON.parse(text) as Partial<Held>;
    const isWhole = typeof held.host === 'string' && typeof held.until === 'string' && Number.isInteger(held.pid);
    return isWhole ? (held as Held) : null;
  } catch {
    return null;
  }
}

function isOver(held: Held, nowMs: number): boolean {
  const untilMs = Date.parse(held.until);
  return Number.isNaN(untilMs) || nowMs >= untilMs || (held.host === hostname() && !isAlive(held.pid));
}

/** Signal 0 only asks (kill(2)); another user's process is there too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
