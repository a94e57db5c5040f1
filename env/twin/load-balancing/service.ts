import { Members } from '../members.ts';
import { type Input, type Operation, type Output, type Service, ServiceError } from '../operation.ts';
import { pageOf } from '../page.ts';
import type { LoadBalancer, Target } from './balancer.ts';
import { actionsOutput, forwardOf } from './forward.ts';
import { defaultRuleOf, listenerOf, nameOf, type TargetGroup } from './resources.ts';

/** Elastic Load Balancing's API (2015-12-01), as far as a controller and its operators need it. */
export function loadBalancingService(balancer: LoadBalancer): Service {
  const { loadBalancer, rule, targetGroups } = balancer.resources;
  return {
    DescribeLoadBalancers: reading((members) => {
      const wanted = chooser(members, 'LoadBalancerArns', 'Names');
      const all = loadBalancer === null ? [] : [loadBalancer];
      refuseUnknown(wanted, all, 'LoadBalancerNotFound', 'load balancers');
      return paged('LoadBalancers', all.filter(wanted.has).map(loadBalancerOutput), members);
    }),
    DescribeListeners: reading((members) => {
      const listeners = rule === null ? [] : [listenerOf(rule)];
      const wanted = chooser(members, 'ListenerArns', null);
      refuseUnknown(wanted, listeners, 'ListenerNotFound', 'listeners');
      refuseOther(members.textOrNull('LoadBalancerArn'), loadBalancer, 'LoadBalancerNotFound', 'load balancers');
      return paged(
        'Listeners',
        listeners.filter(wanted.has).map((arn) => listenerOutput(arn, loadBalancer)),
        members,
      );
    }),
    DescribeRules: reading((members) => {
      const rules = rule === null ? [] : [rule, defaultRuleOf(rule)];
      const wanted = chooser(members, 'RuleArns', null);
      refuseUnknown(wanted, rules, 'RuleNotFound', 'rules');
      refuseOther(members.textOrNull('ListenerArn'), rule && listenerOf(rule), 'ListenerNotFound', 'listeners');
      return paged(
        'Rules',
        rules.filter(wanted.has).map((arn) => ruleOutput(arn, balancer)),
        members,
      );
    }),
    ModifyRule: reading((members) => {
      const arn = members.text('RuleArn');
      if (rule !== null && arn === defaultRuleOf(rule)) {
        throw new ServiceError('OperationNotPermitted', `Default rule '${arn}' cannot be modified`);
      }
      refuseOther(arn, rule, 'RuleNotFound', 'rules');
      if (members.structures('Conditions').length > 0) {
        throw new ServiceError('ValidationError', 'The twin does not model a change of conditions');
      }
      balancer.modify(forwardOf(members.structures('Actions')));
      return { Rules: [ruleOutput(arn, balancer)] };
    }),
    DescribeTargetGroups: reading((members) => {
      const wanted = chooser(members, 'TargetGroupArns', 'Names');
      refuseUnknown(
        wanted,
        targetGroups.map(({ arn }) => arn),
        'TargetGroupNotFound',
        'target groups',
      );
      refuseOther(members.textOrNull('LoadBalancerArn'), loadBalancer, 'LoadBalancerNotFound', 'load balancers');
      const inUse = members.textOrNull('LoadBalancerArn') !== null;
      const chosen = targetGroups.filter(({ arn }) => wanted.has(arn) && (!inUse || balancer.isInUse(arn)));
      return paged(
        'TargetGroups',
        chosen.map((group) => targetGroupOutput(group, balancer)),
        members,
      );
    }),
    DescribeTargetHealth: reading((members) => ({
      TargetHealthDescriptions: balancer.targetsOf(members.text('TargetGroupArn')).map(targetHealthOutput),
    })),
  };
}

function reading(operation: (members: Members) => Output): Operation {
  return (input: Input) => operation(new Members(input, 'ValidationError'));
}

interface Wanted {
  readonly references: readonly string[];
  has(arn: string): boolean;
}

/** Resources by ARN or by name; all of them where none is named. */
function chooser(members: Members, arns: string, names: string | null): Wanted {
  const references = [...members.texts(arns), ...(names === null ? [] : members.texts(names))];
  const has = (arn: string) =>
    references.length === 0 || references.includes(arn) || (names !== null && references.includes(nameOf(arn)));
  return { references, has };
}

function refuseUnknown({ references }: Wanted, known: readonly string[], code: string, noun: string): void {
  for (const reference of references) {
    if (known.some((arn) => arn === reference || nameOf(arn) === reference)) continue;
    throw new ServiceError(code, `One or more ${noun} not found`);
  }
}

function refuseOther(given: string | null, known: string | null, code: string, noun: string): void {
  if (given !== null && given !== known) throw new ServiceError(code, `One or more ${noun} not found`);
}

function paged(name: string, all: readonly Output[], members: Members): Output {
  const token = members.textOrNull('Marker') ?? undefined;
  const { items, nextToken } = pageOf(all, members.numberOrNull('PageSize') ?? 400, token, name);
  return { [name]: items, NextMarker: nextToken };
}

function loadBalancerOutput(arn: string): Output {
  return {
    LoadBalancerArn: arn,
    LoadBalancerName: nameOf(arn),
    DNSName: `${nameOf(arn)}.example.com`,
    Scheme: 'internal',
    VpcId: 'vpc-00000000',
    Type: 'application',
    State: { Code: 'active' },
    IpAddressType: 'ipv4',
  };
}

function listenerOutput(arn: string, loadBalancer: string | null): Output {
  return {
    ListenerArn: arn,
    LoadBalancerArn: loadBalancer,
    Port: 80,
    Protocol: 'HTTP',
    DefaultActions: [unmatched],
  };
}

/** What a request gets that no rule matches. */
const unmatched: Output = {
  Type: 'fixed-response',
  Order: 1,
  FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain' },
};

function ruleOutput(arn: string, balancer: LoadBalancer): Output {
  const isDefault = arn !== balancer.resources.rule;
  const paths = ['/*'];
  return {
    RuleArn: arn,
    Priority: isDefault ? 'default' : '1',
    Conditions: isDefault ? [] : [{ Field: 'path-pattern', Values: paths, PathPatternConfig: { Values: paths } }],
    Actions: isDefault ? [unmatched] : actionsOutput(balancer.forward),
    IsDefault: isDefault,
  };
}

function targetGroupOutput({ arn, aliasArn }: TargetGroup, balancer: LoadBalancer): Output {
  const { loadBalancer } = balancer.resources;
  const ofInstances = { TargetType: 'instance', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-00000000' };
  return {
    TargetGroupArn: arn,
    TargetGroupName: nameOf(arn),
    ...(aliasArn === null ? ofInstances : { TargetType: 'lambda' }),
    HealthCheckEnabled: aliasArn === null,
    HealthCheckIntervalSeconds: 30,
    HealthyThresholdCount: 5,
    UnhealthyThresholdCount: 2,
    LoadBalancerArns: balancer.isInUse(arn) && loadBalancer !== null ? [loadBalancer] : [],
  };
}

/** Why a target is in a state (Elastic Load Balancing API reference, TargetHealth). */
const reasons: Readonly<Record<Target['state'], string | null>> = {
  initial: 'Elb.InitialHealthChecking',
  healthy: null,
  unhealthy: 'Target.FailedHealthChecks',
  draining: 'Target.DeregistrationInProgress',
  unused: 'Target.NotInUse',
  unavailable: 'Target.HealthCheckDisabled',
};

function targetHealthOutput({ id, state }: Target): Output {
  const isFunction = id.startsWith('arn:');
  const reason = reasons[state];
  return {
    Target: { Id: id, ...(isFunction ? {} : { Port: 80 }) },
    ...(isFunction ? {} : { HealthCheckPort: '80' }),
    TargetHealth: { State: state, ...(reason === null ? {} : { Reason: reason }) },
  };
}
