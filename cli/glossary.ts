/** Words of policies' reasons that nobody outside knows; docs/journal.md has them too. */
export const glossary: Readonly<Record<string, string>> = {
  levels: 'level n is the n-th VM of a pool; whether it is worth keeping on is asked of each by itself',
  precedents: "what came of the moments in the service's own traffic that were most like this one",
  'on paper': 'as fleets that are only reckoned beside the real one would have done, and cost',
  slack: 'what the deadline leaves beyond the time of the answer itself',
  'pay for themselves': 'are cheaper than sending to Lambda what they serve',
  margin: 'what is planned for, over what is expected',
};

/** [sentence] Of the words that a text uses. */
export function glossed(text: string): string[] {
  const isUsed = (word: string) => new RegExp(`\\b${word}\\b`).test(text);
  return Object.entries(glossary)
    .filter(([word]) => isUsed(word))
    .map(([word, meaning]) => `${word}: ${meaning}`);
}
