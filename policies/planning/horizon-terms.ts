import type { Setting } from '../setting.ts';
import type { HorizonTerms } from './level-horizon.ts';

/** @param lambdaFactor Lambda is taken to cost this much times its price */
export function horizonTerms(setting: Setting, stepSeconds: number, lambdaFactor: number): HorizonTerms {
  return {
    ratio: setting.ratio * lambdaFactor,
    bootSteps: setting.bootSeconds / stepSeconds,
    drainSteps: setting.profile.pools[setting.choice.pool]!.drainSeconds / stepSeconds,
  };
}
