/** The error for a name that isn't in a list: says what there is and guesses what was meant. */

/** Edit distance (Levenshtein 1966): the fewest insertions, deletions and replacements from one text to another. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[to.length];
}

/** ` (did you mean NAME?)` where one of the names is near, nothing otherwise. */
export function suggestion(name: string, names: readonly string[]): string {
  const distances = names.map((candidate) => editDistance(name.toLowerCase(), candidate.toLowerCase()));
  const nearest = Math.min(...distances);
  const guess = names[distances.indexOf(nearest)];
  return guess !== undefined && nearest <= guess.length / 3 ? ` (did you mean ${guess}?)` : '';
}

/** @param kind what the name should have named, for example `environment`. */
export function unknownName(kind: string, name: string, names: readonly string[]): RangeError {
  const expected = names.join(', ');
  return new RangeError(
    `unknown ${kind} ${JSON.stringify(name)}${suggestion(name, names)}; expected one of ${expected}`,
  );
}
