import { attainment, totalUsd } from '../../env/outcome.ts';
import { defaultPrices } from '../../env/prices.ts';
import { readProfile } from '../../env/profile.ts';
import { openSimulator } from '../../env/sim/open.ts';
import type { Policy, ServiceProfile } from '../../env/types.ts';
import { readWorkload } from '../../env/workload/reference.ts';
import { runPolicy } from '../../policies/evaluation/run.ts';
import { settingOf } from '../../policies/setting.ts';

/** What a policy makes of a steady load that fills three VMs but for their lines, which slow them: shares of the bill and of the requests. */
export async function steadyLoad(
  policyOf: (profile: ServiceProfile) => Policy | Promise<Policy>,
): Promise<{ onLambda: number; inTime: number; promised: number }> {
  const plain = await readProfile('examples/rho/4.yaml');
  const profile = { ...plain, pools: plain.pools.map((pool) => ({ ...pool, contention: 0.05 })) };
  const rate = 3 * settingOf(plain, defaultPrices).vmPerSecond;
  const workload = await readWorkload(`constant:mean=${rate},hours=3`);
  const environment = openSimulator({ fidelity: 'fluid', profile, prices: defaultPrices, workload, seed: 1 });
  const policy = await policyOf(profile);
  const span = { decisions: 180, warmUpSeconds: 3600 };
  const { outcome } = await runPolicy({ profile, policy, environment, ...span, keepsTimeline: false });
  return {
    onLambda: outcome.usd.lambdaCompute / totalUsd(outcome),
    inTime: attainment(outcome.classes)!,
    promised: profile.slo.attainment,
  };
}
