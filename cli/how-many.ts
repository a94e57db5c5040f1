/** As in `1 line` and `2000 lines`; nouns that take no s are not asked for. */
export function howMany(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
