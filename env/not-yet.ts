/** What must be known before something begins cannot be told now, and nobody has to mend it: it is to be asked again. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
}
