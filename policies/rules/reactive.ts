import { newestRate } from '../demand.ts';
import { policyKind } from '../kind.ts';
import { optionalHeadroom, optionalWaitShare, pool, scaleInDelaySeconds, utilization } from '../knobs.ts';
import { count, Rule, short } from '../rule.ts';
import { settingOf, vmsForRate } from '../setting.ts';
import { optionalSpill } from '../spill.ts';

export const reactive = policyKind({
  name: 'reactive',
  summary:
    'As many VMs as the newest demand needs at a safe utilisation, ceil(demand / safe capacity); requests queue while VMs boot.',
  source: 'Paragon (Gunasekaran et al., section on existing policies).',
  open: 'The scale-in delay and the safe utilisation: both are parameters.',
  parameters: [utilization, scaleInDelaySeconds, optionalWaitShare, optionalHeadroom, pool],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    return new Rule({
      name: 'reactive',
      setting,
      size(observation) {
        const rate = newestRate(observation);
        if (rate === null) return null;
        const vms = Math.ceil(vmsForRate(setting, rate) / values.utilization);
        const because =
          `demand ${short(rate)} req/s over the last ${profile.decisionSeconds} s needs ${count(vms)} ` +
          `at ${values.utilization} utilisation`;
        return { vms, because };
      },
      spill: optionalSpill(setting, values),
      scaleInDelaySeconds: values.scaleInDelaySeconds,
    });
  },
});
