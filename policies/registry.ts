import type { Policy, PriceBook, ServiceProfile, Workload } from '../env/types.ts';
import { autopilot } from './autopilot.ts';
import { barista } from './barista.ts';
import { batch } from './batch.ts';
import { cocktail } from './cocktail.ts';
import { exascale } from './exascale.ts';
import { hpa } from './hpa.ts';
import { infaas } from './infaas.ts';
import { keda } from './keda.ts';
import { type Clairvoyant, defaultValues, type PolicyKind } from './kind.ts';
import { kpa } from './kpa.ts';
import { lcp } from './lcp.ts';
import { mark } from './mark.ts';
import { mixed } from './mixed.ts';
import { mpc } from './mpc.ts';
import { mpcPerfect } from './mpc-perfect.ts';
import { oracle } from './oracle.ts';
import { paragon } from './paragon.ts';
import { percentile } from './percentile.ts';
import { predictiveScaling } from './predictive-scaling.ts';
import { rayServe } from './ray-serve.ts';
import { reactive } from './reactive.ts';
import { skiRental } from './ski-rental.ts';
import { parseSpecification } from './specification.ts';
import { staticFleet } from './static.ts';
import { staticPeak } from './static-peak.ts';
import { stepScaling } from './step-scaling.ts';
import { swayam } from './swayam.ts';
import { targetTracking } from './target-tracking.ts';
import { targetTrackingFast } from './target-tracking-fast.ts';
import { utilAware } from './util-aware.ts';

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
