import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../../env/make-folder.ts';
import { InputProblem } from '../../env/problem.ts';
import type { JournalLine } from './journal-entry.ts';
import { rotate } from './journal-files.ts';
import { scrub } from './scrub.ts';

/** Append-only: what was decided stays written. */
export interface Journal {
  /** Resolves when the line has left this process: a crash of Spillway loses nothing that was appended. */
  append(line: JournalLine): Promise<void>;
  close(): Promise<void>;
}

export interface JournalOptions {
  /** Wait after each line until the disk has it, so that a crash of the machine loses nothing either. */
  readonly fsync: boolean;
  /** A file of this size is put aside, and so many of those are kept; absent: one file, for ever. */
  readonly rotation?: { readonly mostBytes: number; readonly keep: number };
}

/** Opens or creates the file, and its folder. A last line that a crash cut short is ended, and stays as it is. */
export async function openJournal(path: string, options: JournalOptions): Promise<Journal> {
  const file = await openToAppend(path);
  await endHalfLine(file);
  return new FileJournal(path, options, file);
}

interface Waiting {
  readonly text: string;
  readonly written: () => void;
  readonly failed: (error: unknown) => void;
}

/** Lines that come while others are written go to the disk together: a thousand services wait for one fsync. */
class FileJournal implements Journal {
  readonly #path: string;
  readonly #options: JournalOptions;
  #file: FileHandle;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | null = null;
  #isHalf = false;

  constructor(path: string, options: JournalOptions, file: FileHandle) {
    this.#path = path;
    this.#options = options;
    this.#file = file;
  }

  append(line: JournalLine): Promise<void> {
    const text = `${scrub(JSON.stringify(line))}\n`;
    return new Promise((written, failed) => {
      this.#waiting.push({ text, written, failed });
      this.#writing ??= this.#writeAll();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        await this.#write(batch.map(({ text }) => text).join(''));
        for (const { written } of batch) written();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#writing = null;
  }

  /** A write that failed half way (a full disk, say) costs no line but its own. */
  async #write(text: string): Promise<void> {
    await this.#followName();
    const whole = this.#isHalf ? `\n${text}` : text;
    this.#isHalf = true;
    await this.#file.appendFile(whole);
    this.#isHalf = false;
    if (this.#options.fsync) await this.#file.sync();
  }

  /** Where the file went from under its name (by logrotate, by another process or by hand), the next of that name is begun. */
  async #followName(): Promise<void> {
    const own = await this.#file.stat();
    const named = await stat(this.#path).catch((error) => (error.code === 'ENOENT' ? null : own));
    if (named?.ino === own.ino && named.dev === own.dev) return this.#rotateWhereFull(own.size);
    await this.#reopen();
  }

  async #rotateWhereFull(size: number): Promise<void> {
    const { rotation } = this.#options;
    if (rotation === undefined || size < rotation.mostBytes) return;
    await this.#file.sync();
    await rotate(this.#path, rotation.keep);
    await this.#reopen();
  }

  async #reopen(): Promise<void> {
    const next = await openToAppend(this.#path);
    await this.#file.close();
    this.#file = next;
    this.#isHalf = false;
  }
}

async function openToAppend(path: string): Promise<FileHandle> {
  try {
    await makeFolder(dirname(path));
    return await open(path, 'a+');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new InputProblem(
      `The journal ${path} cannot be opened for writing (${code}); name another file with --journal.`,
    );
  }
}

async function endHalfLine(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  if (size === 0) return;
  const last = new Uint8Array(1);
  await file.read(last, 0, 1, size - 1);
  if (last[0] !== 0x0a) await file.appendFile('\n');
}
