import type { NumberRule } from '../../number-rule.ts';
import type { ServiceName } from '../operation.ts';

/**
 * What a fault is done to: a call and its answer, a metric (named by its CloudWatch name), an Auto Scaling group, a Lambda function, or the
 * overflow router, or the server's clock.
 */
export type FaultSubject = 'call' | 'metric' | 'group' | 'function' | 'router' | 'clock';

export interface FaultRule {
  readonly subject: FaultSubject;
  /** False: it happens once, when it begins. */
  readonly lasts: boolean;
  /** What `strength` says, and what it is where the script says nothing; null: the kind has none. */
  readonly strength: { readonly says: string; readonly legal: NumberRule; readonly usual: number } | null;
}

const call = {
  subject: 'call',
  lasts: true,
  strength: { says: 'the share of the calls that are hit', legal: { above: 0, most: 1 }, usual: 1 },
} satisfies FaultRule;

const lasting = (subject: FaultSubject, strength: FaultRule['strength'] = null) =>
  ({ subject, lasts: true, strength }) satisfies FaultRule;

/** Every way in which the twin can go wrong. */
export const faultRules = {
  /** Refused as too frequent. */
  throttle: call,
  deny: call,
  'expired-token': call,
  /** Not performed, and never answered: the connection stays open until the client gives up. */
  hang: call,
  /** Performed, and the connection is cut before the answer. */
  'lost-answer': call,
  /** Performed, and answered with 200 and no body. */
  'empty-body': call,
  /** Not performed; a page of HTML with status 503, as a proxy would send it. */
  'html-503': call,
  /** Not performed, and the connection is reset. */
  reset: call,
  /** GetMetricData leaves out the newer half of its values and says PartialData. */
  'partial-data': call,
  /** Describe calls tell what was before the changes of the last 10 s. */
  'stale-describe': call,

  /** Buckets that end meanwhile are published when it is over. */
  'metrics-freeze': lasting('metric'),
  /** Buckets that begin meanwhile are never published. */
  'metrics-vanish': lasting('metric'),
  'metrics-zero': lasting('metric'),
  'metrics-jump': lasting('metric', { says: 'by what the values are multiplied', legal: { least: 0 }, usual: 100 }),

  /** InsufficientInstanceCapacity. */
  'capacity-failure': lasting('group', {
    says: 'the share of the launches that fail',
    legal: { above: 0, most: 1 },
    usual: 1,
  }),
  /** Instances of a group on spot get their notice of interruption. */
  'spot-interruption': {
    subject: 'group',
    lasts: false,
    strength: { says: 'the share of the instances that is taken back', legal: { above: 0, most: 1 }, usual: 1 },
  },
  /** Instances that are launched meanwhile pass no health check until it is over. */
  'never-healthy': lasting('group'),
  'slow-boot': lasting('group', {
    says: 'how many times as long a boot takes',
    legal: { least: 1, most: 1000 },
    usual: 5,
  }),
  'launch-suspended': lasting('group'),
  'terminate-suspended': lasting('group'),
  /** The instances are protected from scale-in. */
  'scale-in-protected': lasting('group'),
  /** A person sets instances aside, and their group replaces them; afterwards they are in service again, and as many more are desired. */
  standby: lasting('group', {
    says: 'the share of the instances in service that is set aside',
    legal: { above: 0, most: 1 },
    usual: 0.3,
  }),
  /** More instances than are desired, as while zones are balanced or instances refreshed. */
  surplus: lasting('group', { says: 'how many more', legal: { least: 1, whole: true }, usual: 2 }),
  /** Somebody else sets the desired capacity, within the group's minimum and maximum. */
  'foreign-desired': {
    subject: 'group',
    lasts: false,
    strength: { says: 'the capacity that is set', legal: { least: 0, whole: true }, usual: 1 },
  },

  /** A deploy publishes new code and moves every alias of the function to it. */
  'alias-moved': { subject: 'function', lasts: false, strength: null },
  /** Versions that are published meanwhile answer with errors. */
  'bad-version': lasting('function', {
    says: 'the share of their invocations that fail',
    legal: { above: 0, most: 1 },
    usual: 0.5,
  }),
  /** Environments that are asked for meanwhile fail to initialise: provisioned concurrency ends in FAILED. */
  'provisioning-fails': lasting('function'),

  /** Nothing answers on the overflow router's socket; the traffic goes on by what was said last. */
  'router-down': lasting('router'),
  /** It is another process: with the settings of its start, without servers that were added, and counting from 0. */
  'router-restart': { subject: 'router', lasts: false, strength: null },

  /** Of the Date header of every answer. */
  'clock-skew': lasting('clock', {
    says: 'seconds by which the Date header is ahead; below 0 it is behind',
    legal: {},
    usual: 600,
  }),
} as const satisfies Record<string, FaultRule>;

export type FaultKind = keyof typeof faultRules;
export const faultKinds = Object.keys(faultRules) as readonly FaultKind[];

/** One thing that goes wrong, by script; seconds since the twin's world began. */
export interface Fault {
  readonly kind: FaultKind;
  readonly atSeconds: number;
  /** 0 where the kind happens once. */
  readonly forSeconds: number;
  /** Which calls; null: those of every service. */
  readonly service: ServiceName | null;
  /** Which calls, as in `SetDesiredCapacity`; null: every operation. */
  readonly operation: string | null;
  /** Name of the metric, group or function; null: all of them. */
  readonly resource: string | null;
  /** See `faultRules`; 1 where the kind has none. */
  readonly strength: number;
}

export function isActive({ atSeconds, forSeconds }: Fault, seconds: number): boolean {
  return seconds >= atSeconds && seconds < atSeconds + forSeconds;
}
