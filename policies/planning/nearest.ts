/**
 * The moments from the newest back to the oldest that are the least far away, the nearest first; of equals, the newest first.
 *
 * @param most at most so many; @param distance of a moment; null: it is left out
 */
export function nearest(
  most: number,
  newest: number,
  oldest: number,
  distance: (at: number) => number | null,
): number[] {
  const places: number[] = [];
  const distances: number[] = [];
  for (let at = newest; at >= oldest; at--) {
    const away = distance(at);
    if (away === null || (places.length === most && away >= distances[most - 1]!)) continue;
    let place = Math.min(places.length, most - 1);
    for (; place > 0 && distances[place - 1]! > away; place--) {
      places[place] = places[place - 1]!;
      distances[place] = distances[place - 1]!;
    }
    places[place] = at;
    distances[place] = away;
  }
  return places;
}
