/** What stands in the way of a pool's changes from outside of the controller. */
export const hindranceKinds = [
  'capacity-failure',
  'launch-suspended',
  'terminate-suspended',
  'scale-in-protected',
  'foreign-write',
  'access-denied',
] as const;

export interface Hindrance {
  readonly kind: (typeof hindranceKinds)[number];
  /** `change` forbids launches and cuts. */
  readonly forbids: 'launch' | 'cut' | 'change';
  /** A sentence without its full stop: "The launches of cpu fail (InsufficientInstanceCapacity)". */
  readonly said: string;
}
