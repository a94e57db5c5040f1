/** What stands in the way of a pool's changes from outside of the controller. */
export const hindranceKinds = [
  'capacity-failure',
  'launch-suspended',
  'terminate-suspended',
  'scale-in-protected',
  'foreign-write',
  'access-denied',
  /** The group's own minimum or maximum is narrower than the profile's. */
  'group-limit',
  /** Nobody knows how the pool stands now. */
  'unread',
] as const;

export interface Hindrance {
  readonly kind: (typeof hindranceKinds)[number];
  /** `change` forbids launches and cuts. */
  readonly forbids: 'launch' | 'cut' | 'change';
  /** A sentence without its full stop: "The launches of cpu fail (InsufficientInstanceCapacity)". */
  readonly said: string;
}
