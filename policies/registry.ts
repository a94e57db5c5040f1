import type { Policy, PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { type Clairvoyant, defaultValues, type PolicyKind } from './kind.ts';
import { autopilot } from './rules/autopilot.ts';
import { barista } from './rules/barista.ts';
import { batch } from './rules/batch.ts';
import { cocktail } from './rules/cocktail.ts';
import { exascale } from './rules/exascale.ts';
import { hpa } from './rules/hpa.ts';
import { infaas } from './rules/infaas.ts';
import { keda } from './rules/keda.ts';
import { kpa } from './rules/kpa.ts';
import { lcp } from './rules/lcp.ts';
import { mark } from './rules/mark.ts';
import { mixed } from './rules/mixed.ts';
import { mpc } from './rules/mpc.ts';
import { mpcPerfect } from './rules/mpc-perfect.ts';
import { oracle } from './rules/oracle.ts';
import { paragon } from './rules/paragon.ts';
import { percentile } from './rules/percentile.ts';
import { predictiveScaling } from './rules/predictive-scaling.ts';
import { rayServe } from './rules/ray-serve.ts';
import { reactive } from './rules/reactive.ts';
import { skiRental } from './rules/ski-rental.ts';
import { staticFleet } from './rules/static.ts';
import { staticPeak } from './rules/static-peak.ts';
import { stepScaling } from './rules/step-scaling.ts';
import { swayam } from './rules/swayam.ts';
import { targetTracking } from './rules/target-tracking.ts';
import { targetTrackingFast } from './rules/target-tracking-fast.ts';
import { utilAware } from './rules/util-aware.ts';
import { parseSpecification } from './specification.ts';

/** The rules, from the simplest on. */
export const policyKinds: readonly PolicyKind[] = [
  staticFleet,
  staticPeak,
  reactive,
  utilAware,
  targetTracking,
  targetTrackingFast,
  stepScaling,
  predictiveScaling,
  hpa,
  kpa,
  keda,
  rayServe,
  exascale,
  autopilot,
  mixed,
  paragon,
  mark,
  batch,
  infaas,
  cocktail,
  swayam,
  barista,
  percentile,
  skiRental,
  lcp,
  mpc,
  mpcPerfect,
  oracle,
];

export type NamedPolicy = Policy & {
  /** [parameter name] Those that are set. */
  readonly parameters: Readonly<Record<string, number>>;
  /** The rule's own clock (policies/cadence.ts); absent: it decides when the profile says. */
  readonly cadenceSeconds?: number;
  /** Present where the rule must be told the future before it decides. */
  readonly foresee?: (future: Workload) => void;
};

/**
 * Makes a rule from a specification such as `mixed:margin=1.2,scaleInDelaySeconds=300`; what it does not say has its default.
 * The policy is named as specified, so that two settings of one rule can stand side by side.
 */
export function createPolicy(specification: string, profile: ServiceProfile, prices: PriceBook): NamedPolicy {
  const { kind, values } = parseSpecification(specification, policyKinds);
  const all = { ...defaultValues(kind), ...values };
  const policy = kind.create(profile, prices, all);
  const parameters: Record<string, number> = {};
  for (const [name, value] of Object.entries(all)) if (value !== null) parameters[name] = value;
  return {
    name: specification.trim(),
    parameters,
    ...(kind.cadenceSeconds !== undefined && { cadenceSeconds: kind.cadenceSeconds }),
    decide: (observation) => policy.decide(observation),
    recall: (past) => policy.recall?.(past),
    ...(kind.isClairvoyant && { foresee: (future: Workload) => (policy as Clairvoyant).foresee(future) }),
  };
}
