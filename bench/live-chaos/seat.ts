import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Life, type SeatParts } from './life.ts';
import type { Blow } from './script.ts';
/** The journal as a life found it, beside the one that it wrote on. */
export const inheritedJournal = 'journal.inherited';

/** No process has it: above the highest that Linux gives. */
const deadPid = 2 ** 22 + 1;
/** A place for a controller: one life after the other, each with what the last one left on the disk, and nothing else. */
export class Seat {
  readonly #parts: SeatParts;
  /** What is to happen within this minute. */
  #blows: Blow[] = [];
  #calls = 0;
  #life: Life | null = null;
  #lives = 0;
  #kills = 0;
  #offsetMs = 0;
  /** Minute from which on it may run. */
  #downUntil = 0;
  #pausedUntil: number | null = null;
  #jumpedUntil: number | null = null;
  #minute = 0;
  #wholeMinutes = 0;
  #jumps = 0;

  constructor(parts: SeatParts) {
    this.#parts = parts;
  }

  get lives(): number {
    return this.#lives;
  }

  get kills(): number {
    return this.#kills;
  }

  /** So many decisions must be journaled at least, made or missed: one for each minute that was its own, but for those around a clock that jumps and jumps back. */
  get leastDecisions(): number {
    return this.#wholeMinutes - 4 * this.#jumps;
  }

  /** Folders of its lives, the first one first; the last one's journal has the lines of all of them. */
  get folders(): readonly string[] {
    return Array.from({ length: this.#lives }, (_, index) => this.#folder(index + 1));
  }

  /** Lets the controller have its minute; resolves when it waits for the next one, is paused, or is not there. */
  async minute(minute: number, blows: readonly Blow[]): Promise<void> {
    this.#minute = minute;
    this.#blows = [...blows];
    this.#calls = 0;
    if (this.#jumpedUntil !== null && minute >= this.#jumpedUntil) this.#offsetMs = 0;
    if (this.#life === null && minute >= this.#downUntil) await this.#begin();
    if (this.#pausedUntil !== null && minute >= this.#pausedUntil) {
      this.#pausedUntil = null;
      this.#life?.wake();
    }
    if (this.#life !== null && this.#pausedUntil === null) {
      await this.#life.go();
      if (this.#isRunning) this.#wholeMinutes++;
      // What was to come at a later call comes now.
      for (const blow of this.#blows.splice(0)) await this.#strike(blow);
    }
    if (this.#life?.hasEnded) this.#bury();
  }

  /** As if told to by SIGTERM. */
  async end(): Promise<void> {
    this.#life?.wake();
    await this.#life?.stop();
    if (this.#life !== null) this.#bury();
  }

  get #isRunning(): boolean {
    return this.#life !== null && !this.#life.isDead && !this.#life.hasEnded && this.#pausedUntil === null;
  }

  async #begin(): Promise<void> {
    const { index } = this.#parts;
    this.#lives++;
    const folder = this.#folder(this.#lives);
    await mkdir(folder, { recursive: true });
    const life = new Life(`c${index}-${this.#lives}`, folder, this.#parts, {
      offsetMs: () => this.#offsetMs,
      called: () => this.#called(),
    });
    this.#life = life;
    await life.begin();
  }

  /** At each call; what comes of it comes before its answer, but for a kill afterwards. */
  #called(): Blow | null {
    this.#calls++;
    const index = this.#blows.findIndex(({ call }) => call <= this.#calls);
    if (index < 0) return null;
    const [blow] = this.#blows.splice(index, 1);
    void this.#strike(blow!);
    return blow!;
  }

  async #strike({ kind, moment, minutes, seconds }: Blow): Promise<void> {
    const life = this.#life;
    if (life === null) return;
    if (kind === 'jump') {
      this.#jumps++;
      this.#offsetMs = 1000 * seconds;
      this.#jumpedUntil = this.#minute + minutes;
    } else if (kind === 'pause') {
      this.#pausedUntil = this.#minute + minutes;
      life.pause();
    } else if (moment === 'later') life.killLater(() => this.#kill(minutes));
    else this.#kill(minutes);
  }

  #kill(minutes: number): void {
    const life = this.#life;
    if (life === null || life.isDead || life.hasEnded) return;
    this.#kills++;
    this.#downUntil = this.#minute + minutes;
    // What the disk has at this moment is all that the next one gets: what this one still writes comes into a folder that nobody reads.
    this.#leave();
    const { file } = this.#parts.service.deployment.lease;
    if (file !== null) leaveLease(`${file}.${this.#parts.service.deployment.name}`, life.runId);
    life.kill();
  }

  #bury(): void {
    const { ended, isDead, wasTold, said } = this.#life!;
    if (!isDead && !wasTold && ended !== 2) {
      this.#parts.watch.breach(`${this.#life!.runId} ended by itself with ${ended}: ${said}`);
    }
    if (!isDead) this.#leave();
    this.#downUntil = Math.max(this.#downUntil, this.#minute + 1);
    this.#life = null;
  }

  #leave(): void {
    const next = this.#folder(this.#lives + 1);
    cpSync(this.#folder(this.#lives), next, { recursive: true });
    if (existsSync(join(next, 'journal.jsonl'))) cpSync(join(next, 'journal.jsonl'), join(next, inheritedJournal));
  }

  #folder(life: number): string {
    return join(this.#parts.folder, `${life}`);
  }
}

/** What the kernel does when a process is gone: nobody has its pid any more. */
function leaveLease(path: string, runId: string): void {
  const folder = join(path, '..');
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8');
    if (!text.includes(`"run":"${runId}"`)) continue;
    writeFileSync(join(folder, name), text.replace(/"pid":\d+/, `"pid":${deadPid}`));
  }
}
