/**
 * Splits what follows `--policies` into specifications. Policies are separated by spaces or commas, and so are parameters:
 * `key=value` after a comma belongs to the policy before it, anything else begins a new one.
 */
export function splitSpecifications(words: readonly string[]): string[] {
  const specifications: string[] = [];
  for (const word of words) {
    for (const [place, token] of word.split(',').entries()) {
      const isParameter = place > 0 && specifications.length > 0 && /^\s*\w+=/.test(token);
      if (isParameter) specifications.push(`${specifications.pop()},${token.trim()}`);
      else if (token.trim() !== '') specifications.push(token.trim());
    }
  }
  return specifications;
}
