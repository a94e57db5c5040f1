/* What each command may ask of AWS, and nothing more (docs/aws.md; deploy/cloudformation.yaml). Names are those of AWS's Service Authorization Reference. */

export const permittedCommands = ['import', 'doctor', 'shadow', 'live'] as const;
export type PermittedCommand = (typeof permittedCommands)[number];

export interface Permission {
  readonly sid: string;
  readonly commands: readonly PermittedCommand[];
  readonly actions: readonly string[];
  /** REGION, ACCOUNT and names in capitals stand for the reader's own. */
  readonly resources: readonly string[];
  /** Whether only resources with the tag of `permissionTag` are meant: where AWS knows the tag of what is asked about. */
  readonly isTagged: boolean;
}

/** The operator sets it on the groups, functions and rules that Spillway may change. */
export const permissionTag = { key: 'spillway', value: 'managed' } as const;

const functions = ['arn:aws:lambda:REGION:ACCOUNT:function:*'];
/** Versions and aliases, but no function as a whole. */
const qualified = ['arn:aws:lambda:REGION:ACCOUNT:function:*:*'];
const groups = ['arn:aws:autoscaling:REGION:ACCOUNT:autoScalingGroup:*:autoScalingGroupName/*'];
const rules = ['arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener-rule/app/*'];
const table = ['arn:aws:dynamodb:REGION:ACCOUNT:table/LEASE_TABLE'];
const parameter = ['arn:aws:ssm:REGION:ACCOUNT:parameter/spillway/*'];

/** `sts:GetCallerIdentity` is not among them: AWS lets everybody ask who they are. */
export const permissions: readonly Permission[] = [
  {
    sid: 'ReadMetrics',
    commands: ['import', 'doctor', 'shadow', 'live'],
    actions: ['cloudwatch:GetMetricData'],
    resources: ['*'],
    isTagged: false,
  },
  {
    sid: 'DescribeFleet',
    commands: ['doctor', 'shadow', 'live'],
    actions: [
      'autoscaling:DescribeAutoScalingGroups',
      'autoscaling:DescribeScalingActivities',
      'autoscaling:DescribePolicies',
      'autoscaling:DescribeScheduledActions',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTargetHealth',
    ],
    resources: ['*'],
    isTagged: false,
  },
  {
    sid: 'ExamineFleet',
    commands: ['doctor'],
    actions: [
      'autoscaling:DescribeLifecycleHooks',
      'elasticloadbalancing:DescribeTargetGroups',
      'lambda:GetAccountSettings',
    ],
    resources: ['*'],
    isTagged: false,
  },
  {
    sid: 'ExamineFunctions',
    commands: ['doctor'],
    actions: ['lambda:GetFunctionConcurrency'],
    resources: functions,
    isTagged: true,
  },
  {
    sid: 'ReadFunctions',
    commands: ['doctor', 'shadow', 'live'],
    actions: [
      'lambda:GetAlias',
      'lambda:GetFunctionConfiguration',
      'lambda:GetProvisionedConcurrencyConfig',
      'lambda:ListAliases',
      'lambda:ListProvisionedConcurrencyConfigs',
      'lambda:ListVersionsByFunction',
    ],
    resources: functions,
    isTagged: true,
  },
  {
    sid: 'ReadKillSwitch',
    commands: ['doctor', 'shadow', 'live'],
    actions: ['ssm:GetParameter'],
    resources: parameter,
    isTagged: false,
  },
  {
    sid: 'ReadLease',
    commands: ['doctor', 'live'],
    actions: ['dynamodb:GetItem'],
    resources: table,
    isTagged: false,
  },
  {
    sid: 'HoldLease',
    commands: ['live'],
    actions: ['dynamodb:UpdateItem'],
    resources: table,
    isTagged: false,
  },
  {
    sid: 'ScaleGroups',
    commands: ['live'],
    actions: ['autoscaling:SetDesiredCapacity', 'autoscaling:SuspendProcesses', 'autoscaling:ResumeProcesses'],
    resources: groups,
    isTagged: true,
  },
  {
    sid: 'ChangeFunctions',
    commands: ['live'],
    actions: [
      'lambda:UpdateFunctionConfiguration',
      'lambda:PublishVersion',
      'lambda:UpdateAlias',
      'lambda:PutProvisionedConcurrencyConfig',
      'lambda:DeleteProvisionedConcurrencyConfig',
    ],
    resources: functions,
    isTagged: true,
  },
  {
    sid: 'DeleteOldVersions',
    commands: ['live'],
    actions: ['lambda:DeleteFunction'],
    resources: qualified,
    isTagged: true,
  },
  {
    sid: 'SplitTraffic',
    commands: ['live'],
    actions: ['elasticloadbalancing:ModifyRule'],
    resources: rules,
    isTagged: true,
  },
];

export interface PolicyDocument {
  readonly Version: string;
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: string;
    readonly Action: readonly string[];
    readonly Resource: readonly string[];
    readonly Condition?: object;
  }[];
}

/** An IAM policy document for one or several commands, as IAM takes it once the names in capitals are filled in. */
export function policyDocument(...meant: readonly PermittedCommand[]): PolicyDocument {
  const { key, value } = permissionTag;
  return {
    Version: '2012-10-17',
    Statement: permissions
      .filter(({ commands }) => commands.some((one) => meant.includes(one)))
      .map(({ sid, actions, resources, isTagged }) => ({
        Sid: sid,
        Effect: 'Allow',
        Action: actions,
        Resource: resources,
        ...(isTagged ? { Condition: { StringEquals: { [`aws:ResourceTag/${key}`]: value } } } : {}),
      })),
  };
}
