import type { Deployment } from '../../../../env/deployment/deployment.ts';
import { parseDeployment } from '../../../../env/deployment/deployment.ts';
import { parseProfile } from '../../../../env/profile.ts';
import type { ServiceProfile } from '../../../../env/types.ts';

/** Two classes, two pools, three variants of which the last has no function. */
export const profile: ServiceProfile = parseProfile(
  `
version: 1
name: example
decisionSeconds: 60
slo:
  attainment: 0.99
  classes:
    strict: { share: 0.5, deadlineMs: 500 }
    relaxed: { share: 0.5, deadlineMs: 2000 }
accuracyFloor: 0.75
variants:
  small: { accuracy: 0.7 }
  medium: { accuracy: 0.8 }
  large: { accuracy: 0.9 }
serviceCv: 0.1
pools:
  cpu-a:
    instanceType: c5.large
    min: 0
    max: 10
    slots: 2
    boot: { medianSeconds: 100 }
    serviceMs: { small: 50, medium: 100, large: 200 }
  gpu:
    instanceType: g4dn.xlarge
    min: 0
    max: 10
    slots: 1
    boot: { medianSeconds: 100 }
    serviceMs: { small: 10, medium: 20, large: null }
lambda:
  memoryMb: [1024, 2048]
  serviceMs: { small: [100, 50], medium: [200, 100], large: [null, 200] }
  coldStartMs: { small: [1000, 1000], medium: [1000, 1000], large: [null, 1000] }
router: overflow
clientTimeoutMs: 10000
metrics: { binSeconds: 10, delaySeconds: 0, lossProbability: 0 }
`,
  'example.yaml',
);

export const deployment: Deployment = parseDeployment(
  `
version: 1
name: example
profile: example.yaml
region: eu-west-1
router: { socket: /run/haproxy/spillway.sock }
pools:
  cpu-a: { autoScalingGroup: example-cpu }
  gpu: { autoScalingGroup: example-gpu }
functions:
  small: { name: example-small }
  medium: { name: example-medium }
`,
  'deployment.yaml',
  profile,
);
