import { boots } from './boots.ts';
import { clock } from './clock.ts';
import { dollars } from './dollars.ts';
import { drain } from './drain.ts';
import type { Examination } from './examination.ts';
import type { Finding } from './finding.ts';
import { functions } from './functions.ts';
import { granted } from './granted.ts';
import { groups } from './groups.ts';
import { identity } from './identity.ts';
import { killSwitch } from './kill-switch.ts';
import { lease } from './lease.ts';
import { metrics } from './metrics.ts';
import { monitoring } from './monitoring.ts';
import type { Check, Patient } from './patient.ts';
import { payload } from './payload.ts';
import { policies } from './policies.ts';
import { prices } from './prices.ts';
import { profile } from './profile.ts';
import { router } from './router.ts';
import { rule } from './rule.ts';
import { targets } from './targets.ts';

/** In the order in which they are told; what they read is asked once. */
const checks: readonly { readonly check: Check; readonly asks: boolean }[] = [
  ...[identity, groups, policies, rule, targets, functions].map((check) => ({ check, asks: true })),
  { check: router, asks: false },
  { check: drain, asks: true },
  ...[lease, killSwitch, metrics, monitoring, boots].map((check) => ({ check, asks: true })),
  ...[payload, profile, prices, dollars, clock, granted].map((check) => ({ check, asks: false })),
];

/** So many different calls in vain are enough to know. */
const enoughCalls = 2;

export async function examine(patient: Patient): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { check, asks } of checks) {
    if (!(asks && isCutOff(patient.readings))) findings.push(...(await check(patient)));
  }
  return findings;
}

/** Without credentials, or without a way to AWS, each further call would only take its time to fail. */
function isCutOff({ asked }: Examination): boolean {
  const inVain = ['expired-credentials', 'timeout', 'unreachable'];
  return (
    asked.size >= enoughCalls && [...asked.values()].every((fault) => fault !== null && inVain.includes(fault.kind))
  );
}
