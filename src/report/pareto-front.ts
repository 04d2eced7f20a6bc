/** Which architectures no other beats in both size and score. */

export interface SizedScore {
  readonly parameterCount: number;
  readonly score: number;
}

/** Those that score more than everything that is smaller or as small, in order of size. */
export function paretoFront<Point extends SizedScore>(points: readonly Point[]): readonly Point[] {
  const ordered = points.toSorted((a, b) => a.parameterCount - b.parameterCount || b.score - a.score);
  let best = Number.NEGATIVE_INFINITY;
  return ordered.filter(({ score }) => {
    const isBetter = score > best;
    if (isBetter) best = score;
    return isBetter;
  });
}
