import type { JournalOptions } from '../controller/journal/journal.ts';
import type { RunOptions } from './run-options.ts';

/** Of a live run: about a year of one service that decides every minute. */
const liveMegabytes = 64;
const liveFiles = 14;

/** A simulation's journal is one file unless it is told otherwise; a live one is put aside by size, and is on the disk before anything is sent. */
export function journalOptions({ env, fsync, journalSize, journalKeep }: RunOptions): JournalOptions {
  const isLive = env === 'aws';
  const isRotated = isLive || journalSize !== undefined || journalKeep !== undefined;
  const rotation = { mostBytes: (journalSize ?? liveMegabytes) * 1e6, keep: journalKeep ?? liveFiles };
  return { fsync: fsync || isLive, ...(isRotated ? { rotation } : {}) };
}
