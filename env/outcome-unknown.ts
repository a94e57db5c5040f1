/** A step of which nobody knows whether it was made so (a call that was cut off after it was sent, say): the next observation tells. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}
