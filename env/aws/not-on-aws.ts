import type { LambdaBatch, ServiceProfile } from '../types.ts';

/** What a profile asks for that nothing on AWS does, in sentences: the service does without. */
export function notOnAws({ router, budgets }: ServiceProfile): readonly string[] {
  if (router !== 'overflow' || !budgets.misses) return [];
  return [
    'budgets.misses is not carried out: HAProxy cannot take a request out of a line again to spill it, so every class waits only as long as its setting says, and more is spilled than in the simulator.',
  ];
}

/** Of an action's batches. */
export function batchNotOnAws({ size, timeoutMs }: LambdaBatch): string {
  return `batches of ${size} within ${timeoutMs} ms are not made: neither a load balancer nor HAProxy gathers requests, so each is an invocation of its own`;
}
