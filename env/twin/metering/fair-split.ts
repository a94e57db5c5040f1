/** Splits whole numbers by shares without losing any: what a share is short of in one step it gets in a later one. */
export class FairSplit {
  readonly #owed = new Map<string, number>();

  split(count: number, shares: readonly { readonly name: string; readonly share: number }[]): Map<string, number> {
    const given = new Map<string, number>();
    let left = count;
    for (const { name, share } of shares) {
      const owed = (this.#owed.get(name) ?? 0) + count * share;
      const whole = Math.max(0, Math.min(left, Math.floor(owed + 1e-9)));
      given.set(name, whole);
      this.#owed.set(name, owed - whole);
      left -= whole;
    }
    const [neediest] = [...shares].sort((a, b) => this.#owed.get(b.name)! - this.#owed.get(a.name)!);
    if (neediest !== undefined && left > 0) {
      given.set(neediest.name, given.get(neediest.name)! + left);
      this.#owed.set(neediest.name, this.#owed.get(neediest.name)! - left);
    }
    return given;
  }
}
