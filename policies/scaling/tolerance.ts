import type { Parameter } from '../kind.ts';

/** What the Horizontal Pod Autoscaler, and who uses it, lets pass. */
export const tolerance = {
  name: 'tolerance',
  unit: 'share',
  default: 0.1,
  min: 0,
  max: 1,
  meaning: 'distance of the metric from its target, as a share of it, within which nothing is done',
  tune: [0, 0.05, 0.1, 0.2],
} as const satisfies Parameter;
