import type { Parameter } from './kind.ts';

/** Parameters that several rules share. */
export const utilization = {
  name: 'utilization',
  unit: 'share',
  default: 0.8,
  min: 0.05,
  max: 1,
  meaning: 'how busy a VM is planned to be; its safe capacity is this share of what it serves with all slots busy',
  tune: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
} as const satisfies Parameter;

export const margin = {
  name: 'margin',
  unit: 'factor',
  default: 1,
  min: 0.1,
  max: 10,
  meaning: 'VMs held over VMs that the load keeps fully busy',
  tune: [0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.35, 1.5, 1.75, 2],
} as const satisfies Parameter;

export const scaleInDelaySeconds = {
  name: 'scaleInDelaySeconds',
  unit: 's',
  default: 300,
  min: 0,
  max: 86400,
  meaning: 'a VM goes once nothing has asked for it for this long',
  tune: [0, 120, 300, 600, 1200, 2400, 4800],
} as const satisfies Parameter;

export const waitShare = {
  name: 'waitShare',
  unit: 'share',
  default: 0.5,
  min: 0,
  max: 1,
  meaning:
    'longest wait for a VM before a request goes to Lambda, as a share of its deadline less the service time; 0: whenever no slot is free',
  tune: [0, 0.25, 0.5, 0.75, 1],
  router: 'overflow',
} as const satisfies Parameter;

export const headroom = {
  name: 'headroom',
  unit: 'factor',
  default: 1.15,
  min: 1,
  max: 5,
  meaning: 'Lambda gets 1 - capacity / (headroom × demand) of the requests',
  tune: [1, 1.1, 1.15, 1.2, 1.35, 1.5],
  router: 'weights',
} as const satisfies Parameter;

/** For rules that know nothing of Lambda: the same means as those that do, for whoever tunes them. */
export const optionalWaitShare = {
  ...waitShare,
  default: null,
  meaning:
    'longest wait for a VM before a request goes to Lambda, as a share of its deadline less the service time; not set: none ever does, as published',
  tune: [null, ...waitShare.tune],
} as const satisfies Parameter;

export const optionalHeadroom = {
  ...headroom,
  default: null,
  meaning: 'Lambda gets 1 - capacity / (headroom × demand) of the requests; not set: it gets nothing, as published',
  tune: [null, ...headroom.tune],
} as const satisfies Parameter;

/** 0 as published: the sources know of no such budget. */
export const creditSeconds = {
  name: 'creditSeconds',
  unit: 's',
  default: 0,
  min: 0,
  max: 1e9,
  meaning:
    "credit of the router's accuracy budget for so long by the smaller variant makes overload count e times less, to 0.8 of Lambda's price; credit beyond it is spent by a smaller fleet; 0: overload always counts as on Lambda",
  tune: [0, 450, 900, 1800, 3600],
  budget: 'accuracy',
} as const satisfies Parameter;

export const provisioned = {
  name: 'provisioned',
  unit: 'environments',
  default: 0,
  min: 0,
  max: 10_000,
  whole: true,
  meaning:
    'Lambda environments that are kept initialised, and paid for (provisioned concurrency); 0: none is asked for',
} as const satisfies Parameter;

export const pool = {
  name: 'pool',
  unit: 'position',
  default: null,
  min: 1,
  max: 100,
  whole: true,
  meaning: 'the pool that grows and shrinks, by its place in the profile; not set: the first that is fast enough',
  tune: 'pools',
} as const satisfies Parameter;
