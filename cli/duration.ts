import { InputProblem } from '../env/problem.ts';

const secondsOf: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** `3600`, `90s`, `30m`, `24h` or `7d` in seconds. */
export function parseDuration(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h|d|)$/.exec(text.trim());
  if (match === null) {
    throw new InputProblem(
      `${option} ${text}: not a duration; write seconds, or a number with s, m, h or d, such as 90s or 24h`,
    );
  }
  return Number(match[1]) * secondsOf[match[2]!]!;
}
