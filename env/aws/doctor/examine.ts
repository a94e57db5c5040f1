import { boots } from './boots.ts';
import { clock } from './clock.ts';
import { dollars } from './dollars.ts';
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
import { router } from './router.ts';
import { rule } from './rule.ts';
import { targets } from './targets.ts';

/** In the order in which they are told; what they read is asked once. */
const checks: readonly Check[] = [
  identity,
  groups,
  policies,
  rule,
  targets,
  functions,
  router,
  lease,
  killSwitch,
  metrics,
  monitoring,
  boots,
  payload,
  prices,
  dollars,
  clock,
  granted,
];

export async function examine(patient: Patient): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) findings.push(...(await check(patient)));
  return findings;
}
