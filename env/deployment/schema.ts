import { z } from 'zod';
import { decimal, named, namedOrNone, section, text } from '../yaml-source.ts';

/* The fields of a deployment file as written in YAML (docs/aws.md); deployment/rules.ts holds what ties it to its profile. */

const arn = (resource: string, legal: string) =>
  text(new RegExp(`^arn:aws[a-z-]*:${resource}`), legal, 'copy the ARN from the console or from its Describe call');

const targetGroup = arn('elasticloadbalancing:[^:]+:\\d{12}:targetgroup/', 'the ARN of a target group');
const plain = (remedy: string) => text(/^[\w.@+/=:-]{1,256}$/, 'a name', remedy);
const path = (remedy: string) => text(/\S/, 'a path', remedy);

const pool = section({
  autoScalingGroup: plain('name the Auto Scaling group whose instances are the VMs of this pool'),
  targetGroups: named(targetGroup, 'write "variant: ARN" for each variant that its instances serve').optional(),
  handBackPolicy: plain('name the target-tracking policy that takes over when Spillway gives up, or write null')
    .nullable()
    .default(null),
});

const lambdaFunction = section({
  name: plain('name the Lambda function that serves this variant'),
  alias: plain('name the alias that takes the traffic').default('live'),
  targetGroup: targetGroup.optional(),
});

const router = section({
  socket: path("name HAProxy's stats socket, a path or 127.0.0.1:PORT"),
  instancePort: decimal({ least: 1, most: 65_535, whole: true }, 'state the port on which the instances serve').default(
    8080,
  ),
});

export const deploymentSchema = section({
  version: z.literal(1, { error: '1: the only version that this Spillway reads' }),
  name: text(/^[a-z0-9-]+$/, 'made of a-z, 0-9 and - only', 'name the deployment, as in "image-classifier-prod"'),
  profile: path('name the service profile, seen from this file'),
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region', 'write it as in eu-west-1'),
  loadBalancer: arn('elasticloadbalancing:[^:]+:\\d{12}:loadbalancer/app/', 'the ARN of an application load balancer')
    .nullable()
    .default(null),
  rule: arn('elasticloadbalancing:[^:]+:\\d{12}:listener-rule/app/', 'the ARN of a listener rule')
    .nullable()
    .default(null),
  router: router.nullable().default(null),
  pools: named(pool, 'write each pool of the profile with its Auto Scaling group'),
  functions: namedOrNone(lambdaFunction, 'write "variant: {name, alias}" for each variant that runs on Lambda'),
  metrics: section({
    offsetSeconds: decimal({ least: 0, most: 900, whole: true }, 'state how old a metric must be to be read').default(
      120,
    ),
    windowSeconds: decimal(
      { least: 300, most: 10_800, whole: true },
      'state how far back metrics are read again',
    ).default(600),
  }).prefault({}),
  maxRequestBytes: decimal({ least: 0, whole: true }, 'state the largest request body, or null where it is not known')
    .nullable()
    .default(null),
  lease: section({
    table: plain('name the DynamoDB table that holds the lease').nullable().default(null),
    file: path('name the file that holds the lease').nullable().default(null),
    seconds: decimal({ least: 15, most: 3600 }, 'state for how long the lease is held without being renewed').default(
      180,
    ),
  }).prefault({}),
  killSwitch: section({
    parameter: plain('name the SSM parameter that stops every change unless it says "run"').nullable().default(null),
    tag: plain('name the tag of the Auto Scaling groups that stops every change').nullable().default(null),
  }).prefault({}),
});

export type DeploymentFile = z.output<typeof deploymentSchema>;
