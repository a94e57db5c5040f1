import { policyKind } from '../kind.ts';
import { optionalHeadroom, optionalWaitShare, pool } from '../knobs.ts';
import { scaledRule } from '../scaling/scaled-rule.ts';
import { highPoints, lowPoints, TargetTracker, target, warmUpSeconds } from '../scaling/target-tracker.ts';
import { settingOf } from '../setting.ts';

export const targetTracking = policyKind({
  name: 'target-tracking',
  summary:
    'Keeps the load per VM at a target, by two alarms: three minutes above it add what is missing, fifteen below nine tenths of it take what is too much.',
  source:
    'Target tracking scaling policies (Amazon EC2 Auto Scaling User Guide); a target of 50 % is its example. Its alarms are made by AWS, which promises neither their ' +
    'numbers of points nor the gap between them.',
  open:
    'The metric: requests per VM (ALBRequestCountPerTarget), in shares of what a VM serves with all slots busy, as utilisation would hide what queues. ' +
    'The size in either direction is that which brings the newest point to the target, rounded up, so that scaling in takes the less. A VM warms up for 300 s, the default cooldown.',
  cadenceSeconds: 60,
  parameters: [target, highPoints, lowPoints, warmUpSeconds, optionalWaitShare, optionalHeadroom, pool],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    return scaledRule('target-tracking', setting, new TargetTracker(setting, values), values);
  },
});
