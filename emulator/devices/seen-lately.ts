/** Results of what forks of a World compute again and again, the last ones kept. A cache, no state. */
const KEPT = 64;

export class SeenLately<T> {
  private readonly kept = new Map<string, T>();

  get(key: string, make: () => T): T {
    const known = this.kept.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (this.kept.size >= KEPT) this.kept.clear();
    this.kept.set(key, made);
    return made;
  }
}
