/**
 * Rewards by rank: the position of every score among all of them, from −1 for the lowest to 1 for the highest; equal
 * scores share the middle of their positions. A controller that learns from ranks doesn't care how far apart scores
 * lie, which changes over a search from hundreds to tens. A single score has 0.
 */
export function rankRewards(scores: readonly number[]): number[] {
  const last = scores.length - 1;
  return scores.map((score) => {
    const below = scores.filter((other) => other < score).length;
    const equal = scores.filter((other) => other === score).length;
    return last === 0 ? 0 : (2 * below + equal - 1 - last) / last;
  });
}
