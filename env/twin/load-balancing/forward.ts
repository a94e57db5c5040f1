import type { Members } from '../members.ts';
import { type Output, ServiceError } from '../operation.ts';

/** The action by which a rule splits its traffic. */
export interface Forward {
  readonly shares: readonly { readonly targetGroup: string; readonly weight: number }[];
  /** Null: a client may meet another target group with each request. */
  readonly stickySeconds: number | null;
}

const mostWeight = 999;
const mostTargetGroups = 5;

/** Of the Actions of ModifyRule, which replace the whole list that was there (Elastic Load Balancing API reference). */
export function forwardOf(actions: readonly Members[]): Forward {
  const [action] = actions;
  if (action === undefined || actions.length > 1 || action.text('Type') !== 'forward') {
    throw refusal('The twin models rules with one action, of type forward');
  }
  const config = action.structureOrNull('ForwardConfig');
  const single = action.textOrNull('TargetGroupArn');
  const shares =
    config === null
      ? single === null
        ? []
        : [{ targetGroup: single, weight: 1 }]
      : config.structures('TargetGroups').map((group) => ({
          targetGroup: group.text('TargetGroupArn'),
          weight: group.numberOrNull('Weight') ?? 1,
        }));
  checkShares(shares, single);
  const stickiness = config?.structureOrNull('TargetGroupStickinessConfig') ?? null;
  const isSticky = stickiness?.truth('Enabled') ?? false;
  return { shares, stickySeconds: isSticky ? stickiness!.number('DurationSeconds') : null };
}

function checkShares(shares: Forward['shares'], single: string | null): void {
  if (shares.length === 0) throw refusal('A forward action must name a target group');
  if (shares.length > mostTargetGroups) {
    throw refusal(`A forward action has ${shares.length} target groups, but may have ${mostTargetGroups}`);
  }
  for (const { weight } of shares) {
    if (Number.isInteger(weight) && weight >= 0 && weight <= mostWeight) continue;
    throw refusal(`The weight ${weight} must be a whole number from 0 to ${mostWeight}`);
  }
  const names = shares.map(({ targetGroup }) => targetGroup);
  if (new Set(names).size < names.length) throw refusal('A target group may be named only once in a forward action');
  if (single !== null && (names.length > 1 || names[0] !== single)) {
    throw refusal('TargetGroupArn and ForwardConfig name different target groups');
  }
}

function refusal(message: string): ServiceError {
  return new ServiceError('ValidationError', message);
}

export function actionsOutput({ shares, stickySeconds }: Forward): readonly Output[] {
  const [only] = shares;
  return [
    {
      Type: 'forward',
      Order: 1,
      ...(shares.length === 1 ? { TargetGroupArn: only!.targetGroup } : {}),
      ForwardConfig: {
        TargetGroups: shares.map(({ targetGroup, weight }) => ({ TargetGroupArn: targetGroup, Weight: weight })),
        TargetGroupStickinessConfig:
          stickySeconds === null ? { Enabled: false } : { Enabled: true, DurationSeconds: stickySeconds },
      },
    },
  ];
}
