/** However many pages AWS offers, a check ends here. */
const mostPages = 20;

interface Page {
  readonly items: readonly unknown[] | undefined;
  readonly next: string | undefined;
}

/** The items of all pages in one answer. */
export async function allPages(
  ask: (page: { readonly NextToken?: string }) => Promise<Page>,
): Promise<{ readonly items: readonly unknown[] }> {
  const items: unknown[] = [];
  let page: { readonly NextToken?: string } = {};
  for (let count = 0; count < mostPages; count++) {
    const { items: more = [], next = '' } = await ask(page);
    items.push(...more);
    if (next === '') break;
    page = { NextToken: next };
  }
  return { items };
}
