import type { Clock } from '../controller/clock.ts';

/** Something at equal distances, until it is stopped. */
export function beatsOf({ after }: Pick<Clock, 'after'>): (seconds: number, beat: () => void) => () => void {
  return (seconds, beat) => {
    let stop = () => {};
    const next = () => {
      stop = after(1000 * seconds, () => {
        next();
        beat();
      });
    };
    next();
    return () => stop();
  };
}
