/**
 * Who decides: the policy, the rule that stands in for it, nobody (what is in force stays), the groups' own scaling policies, or another
 * controller that holds the lease.
 */
export const rungs = ['policy', 'fallback', 'hold', 'hand-back', 'standby'] as const;
export type Rung = (typeof rungs)[number];
