import { policyKind } from '../kind.ts';
import { optionalHeadroom, optionalWaitShare, pool } from '../knobs.ts';
import { scaledRule } from '../scaling/scaled-rule.ts';
import { highPoints, lowPoints, TargetTracker, target, warmUpSeconds } from '../scaling/target-tracker.ts';
import { settingOf } from '../setting.ts';

export const targetTrackingFast = policyKind({
  name: 'target-tracking-fast',
  summary: 'Target tracking on a metric of every ten seconds, without waiting for a second point above the target.',
  source:
    'Highly responsive scaling policies of EC2 Auto Scaling (AWS, November 2024): high-resolution metrics of 10 s, and a response that tunes itself.',
  open:
    'How the response tunes itself, which AWS does not publish: here the numbers of points are parameters. ' +
    'Scaling in waits for 15 points as in target-tracking, here two and a half minutes. The rest is as there.',
  cadenceSeconds: 10,
  parameters: [
    target,
    { ...highPoints, default: 1, tune: [1, 3, 6] },
    { ...lowPoints, tune: [15, 30, 90] },
    warmUpSeconds,
    optionalWaitShare,
    optionalHeadroom,
    pool,
  ],
  create(profile, prices, values) {
    const setting = settingOf(profile, prices, values.pool);
    return scaledRule('target-tracking-fast', setting, new TargetTracker(setting, values), values);
  },
});
