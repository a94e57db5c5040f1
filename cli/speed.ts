import { numberAfter } from './number.ts';

/** `--speed`: simulated seconds per second of the wall clock; `max` is Infinity. */
export function parseSpeed(text: string): number {
  return text === 'max' ? Infinity : numberAfter('--speed', { above: 0 })(text);
}
