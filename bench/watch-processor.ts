import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const everyMs = 200;
/** Of Linux' accounts (man 5 proc, sysconf _SC_CLK_TCK). */
const ticksPerSecond = 100;

interface Look {
  readonly atMs: number;
  readonly seconds: number;
}

/** Processor time of another process by Linux' count: what it spent within its last seconds; null where there is no count. */
export function watchProcessor({ pid }: ChildProcess): (lastSeconds: number) => number | null {
  const looks: Look[] = [];
  const timer = setInterval(async () => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    const seconds = (Number(user) + Number(system)) / ticksPerSecond;
    if (Number.isFinite(seconds)) looks.push({ atMs: performance.now(), seconds });
  }, everyMs);
  return (lastSeconds) => {
    clearInterval(timer);
    const last = looks.at(-1);
    if (last === undefined) return null;
    const first = looks.find(({ atMs }) => atMs >= last.atMs - lastSeconds * 1000)!;
    return last.seconds - first.seconds;
  };
}
