import type { Policy, PriceBook, RouterBudgets, RouterKind, ServiceProfile, Workload } from '../env/types.ts';

/** A knob of a rule. */
export interface Parameter {
  readonly name: string;
  readonly unit: string;
  /** Null: not set, and the meaning says what happens then. */
  readonly default: number | null;
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  readonly meaning: string;
  /**
   * The values that tuning tries, rising, null (not set) first; `pools`: every pool of the profile that can be chosen.
   * Without them it leaves the parameter at its default.
   */
  readonly tune?: readonly (number | null)[] | 'pools';
  /** It acts with this router only. */
  readonly router?: RouterKind;
  /** It acts where the router spends this budget only. */
  readonly budget?: keyof RouterBudgets;
  /** Whether it makes a difference beside the other values; absent: always. Tuning leaves it at its default where it makes none. */
  readonly acts?: (values: ParameterValues) => boolean;
}

/** [parameter name] */
export type ParameterValues = Readonly<Record<string, number | null>>;

/** A rule that can be made into a policy for any service. */
export interface PolicyKind {
  readonly name: string;
  /** The rule, in one sentence. */
  readonly summary: string;
  readonly source: string;
  /** What the source leaves open, and what was chosen. */
  readonly open: string;
  readonly parameters: readonly Parameter[];
  /** Settings that its source states or uses, where they are not the defaults; what one does not name has its default. Tuning tries them all. */
  readonly published?: readonly ParameterValues[];
  /**
   * The rule's own clock, where its source states one: it is run with this time between decisions, and `create` gets the profile with
   * `decisionSeconds` replaced. Absent: it decides when the service's profile says.
   */
  readonly cadenceSeconds?: number;
  /** It knows the future (`foresee`): a yardstick, which no controller can run. */
  readonly isClairvoyant?: true;
  /** The values name every parameter, each within its range. */
  create(profile: ServiceProfile, prices: PriceBook, values: ParameterValues): Policy;
}

/** A policy that is told what will arrive, before its first decision. */
export interface Clairvoyant extends Policy {
  foresee(future: Workload): void;
}

type ValuesOf<P extends readonly Parameter[]> = {
  readonly [One in P[number] as One['name']]: null extends One['default'] ? number | null : number;
};

/** States a kind whose `create` knows its parameters by name. */
export function policyKind<const P extends readonly Parameter[]>(
  kind: Omit<PolicyKind, 'parameters' | 'create'> & {
    readonly parameters: P;
    create(profile: ServiceProfile, prices: PriceBook, values: ValuesOf<P>): Policy;
  },
): PolicyKind {
  return {
    ...kind,
    create: (profile, prices, values) => kind.create(profile, prices, values as ValuesOf<P>),
  };
}

/** [parameter name] What a kind does when nothing is said. */
export function defaultValues(kind: PolicyKind): Record<string, number | null> {
  return Object.fromEntries(kind.parameters.map((one) => [one.name, one.default]));
}
