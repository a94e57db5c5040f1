import { join } from 'node:path';
import { checkPrices, readPrices } from '../env/prices.ts';
import { readProfile } from '../env/profile.ts';
import type { PriceBook, ServiceProfile } from '../env/types.ts';
import type { Laboratory } from './experiment.ts';

/** A deployment of the papers as it stands in examples/papers. */
export interface OnShelf {
  readonly profile: ServiceProfile;
  readonly prices: PriceBook;
}

export async function take({ papers }: Pick<Laboratory, 'papers'>, profile: string, prices: string): Promise<OnShelf> {
  const taken = {
    profile: await readProfile(join(papers, `${profile}.yaml`)),
    prices: await readPrices(join(papers, `${prices}.yaml`)),
  };
  checkPrices(taken.profile, taken.prices);
  return taken;
}
