import type { Observation } from '../../env/types.ts';
import { Rule, type Wish } from '../rule.ts';
import type { Setting } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

/** Says how many VMs there should be; null: what it looks at is absent. */
export interface Scaler {
  size(observation: Observation): Wish | null;
}

/** The rule of a source that knows nothing of Lambda: a scaler, and requests that spill only where a parameter says so. */
export function scaledRule(
  name: string,
  setting: Setting,
  scaler: Scaler,
  spill: Parameters<typeof optionalSpill>[1],
): Rule {
  return new Rule({
    name,
    setting,
    size: (observation) => scaler.size(observation),
    spill: optionalSpill(setting, spill),
  });
}
