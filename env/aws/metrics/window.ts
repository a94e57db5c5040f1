/** From inclusive, to exclusive; whole minutes since 1970 in milliseconds. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}
