import type { ParameterValues } from '../kind.ts';
import type { Dial } from './dials.ts';
import type { Search } from './search.ts';

/**
 * Turns one parameter after the other of the best setting so far to the values beside its own, until none of them is better or the budget is
 * spent: a setting by its side that somebody tries by hand has then been tried.
 */
export async function refine(search: Search, dials: readonly Dial[]): Promise<void> {
  for (let improved = true; improved && !search.isSpent; ) {
    improved = false;
    for (const dial of dials) {
      const [best] = search.ranked();
      await search.try(valuesBeside(dial, best!.values));
      improved ||= search.ranked()[0] !== best;
    }
  }
}

/** Of a value that is not on the grid, all of it. */
function valuesBeside({ name, values }: Dial, setting: ParameterValues): ParameterValues[] {
  const at = values.indexOf(setting[name] ?? null);
  const beside = at < 0 ? values : [values[at - 1], values[at + 1]].filter((one) => one !== undefined);
  return beside.map((value) => ({ ...setting, [name]: value }));
}
