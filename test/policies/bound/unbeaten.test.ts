import { expect, test } from 'vitest';
import { attainment, totalUsd } from '../../../env/outcome.ts';
import { openSimulator } from '../../../env/sim/open.ts';
import type { ServiceProfile } from '../../../env/types.ts';
import { readWorkload } from '../../../env/workload/reference.ts';
import { costBound } from '../../../policies/bound/cost-bound.ts';
import { runPolicy } from '../../../policies/evaluation/run.ts';
import { createPolicy } from '../../../policies/registry.ts';
import { examplePool, examplePrices, exampleProfile } from '../example-service.ts';

const specifications = [
  'static:firstLoadFactor=1',
  'reactive:utilization=1,scaleInDelaySeconds=0',
  'util-aware:scaleOutAt=0.9',
  'exascale:margin=1,scaleInDelaySeconds=0',
  'mixed:margin=0.8,waitShare=1',
  'mixed:scaleInDelaySeconds=0,waitShare=0.9',
  'paragon:utilization=1',
  'percentile:percentile=0.3,waitShare=1',
  'ski-rental:waitShare=1',
  'ski-rental',
];
const references = [
  'constant:mean=95,hours=2,seed=1',
  'diurnal:mean=120,hours=3,seed=2',
  'flash-crowd:hours=1,seed=3',
  'on-off:on=150,hours=2,seed=4',
];
const twoPools = [examplePool, { ...examplePool, name: 'gpu', instanceType: 'large', min: 0, serviceMs: [10, 24, 40] }];
const services: readonly ServiceProfile[] = [
  exampleProfile,
  { ...exampleProfile, serviceCv: 0.2, accuracyFloor: 0.75 },
  { ...exampleProfile, pools: twoPools },
];

test.each(references)(
  'no rule that keeps the promise spends less than the bound on %s, at either fidelity',
  async (reference) => {
    const workload = await readWorkload(reference, {});
    const decisions = Math.floor((workload.requests.length * workload.stepSeconds) / 60);
    let kept = 0;
    for (const profile of services) {
      const { usd } = costBound(profile, examplePrices, workload);
      expect(usd).toBeGreaterThan(0);
      for (const specification of specifications) {
        const policy = createPolicy(specification, profile, examplePrices);
        const fidelity = specification.startsWith('m') ? 'request-level' : 'fluid';
        const environment = openSimulator({ fidelity, profile, prices: examplePrices, workload, seed: 5 });
        const run = { profile, policy, environment, decisions, warmUpSeconds: 0, keepsTimeline: false };
        const { outcome } = await runPolicy(run);
        if (attainment(outcome.classes)! < profile.slo.attainment) continue;
        kept++;
        expect(totalUsd(outcome) / usd, specification).toBeGreaterThanOrEqual(1);
      }
    }
    expect(kept).toBeGreaterThanOrEqual(services.length);
  },
);
