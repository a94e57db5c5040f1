import type { DeployedService } from '../../env/deployment/deployment.ts';
import { runRound } from './round.ts';
import type { ChaosScript } from './script.ts';

const parts = ['faults', 'blows', 'lapses'] as const;

/** Without what the failure does not need, and what is broken then. */
export async function shrunk(script: ChaosScript, service: DeployedService) {
  let [least, breaches] = [script, (await runRound(script, service)).breaches];
  if (breaches.length === 0) return { script, breaches: ['not again: it hangs on the moment of a kill'] };
  for (const part of parts) {
    for (const one of script[part]) {
      const without = { ...least, [part]: (least[part] as readonly unknown[]).filter((other) => other !== one) };
      const result = await runRound(without, service);
      if (result.breaches.length > 0) [least, breaches] = [without, result.breaches];
    }
  }
  return { script: least, breaches: breaches.slice(0, 5) };
}
