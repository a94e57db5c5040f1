import { routerBudgets } from '../../env/physics/budgets.ts';
import type { PriceBook, ServiceProfile } from '../../env/types.ts';
import { cheapestChoice, usablePools } from '../economics.ts';
import type { Parameter, PolicyKind } from '../kind.ts';

/** A parameter that tuning moves, and the values that it tries; null: not set. */
export interface Dial {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

/** The parameters that tuning moves for this service: those that act with its router and leave a choice. */
export function tunedParameters(kind: PolicyKind, profile: ServiceProfile, prices: PriceBook): Dial[] {
  return kind.parameters
    .filter((one) => (one.router ?? profile.router) === profile.router)
    .filter(({ budget }) => budget === undefined || routerBudgets(profile)[budget])
    .map((one) => ({ name: one.name, values: valuesToTry(one, profile, prices) }))
    .filter((dial) => dial.values.length > 1);
}

function valuesToTry({ tune = [] }: Parameter, profile: ServiceProfile, prices: PriceBook): Dial['values'] {
  if (tune !== 'pools') return tune;
  // What is not set stands for the usual pool, which need not be tried under two names.
  const usual = cheapestChoice(profile, prices).pool + 1;
  return usablePools(profile).map((position) => (position === usual ? null : position));
}

/** The number of settings on the grid. */
export function gridSize(dials: readonly Dial[]): number {
  return dials.reduce((product, one) => product * one.values.length, 1);
}
