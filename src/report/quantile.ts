/**
 * The value below which a share of the values lies, linear between two of them (Hyndman & Fan 1996, definition 7).
 * @param sorted ascending; at least one. @param share from 0 to 1.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
