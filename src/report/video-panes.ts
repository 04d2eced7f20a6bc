/** How many flights one video shows at once, and in which grid. */

/** More are no longer told apart. */
export const paneLimits = { least: 2, most: 9 } as const;

/** Columns of a grid of 2 to 9 panes, at least as many as rows. */
export function columnsOf(count: number): number {
  if (count <= 3) return count;
  return count === 9 ? 3 : Math.ceil(count / 2);
}
