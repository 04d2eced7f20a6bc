/**
 * Contestants that do the same work take turns, round after round, so that whatever else the machine does meets all
 * of them alike. Their medians over the rounds are compared.
 */

export interface Contestant {
  /** What a round of about so many seconds measured; which quantity is the contest's affair. */
  measure(seconds: number): number | Promise<number>;
}

export interface Turns {
  /** At least 1. */
  readonly rounds: number;
  /** Of every contestant's turn. */
  readonly seconds: number;
}

/** @throws RangeError for fewer than one round or for no time at all. */
export function checkTurns({ rounds, seconds }: Turns): void {
  if (!(Number.isSafeInteger(rounds) && rounds >= 1 && seconds > 0)) {
    throw new RangeError(
      `${rounds} rounds of ${seconds} seconds; expected a whole number ≥ 1 and a time > 0`,
    );
  }
}

/** @returns for every contestant, in their order, what its rounds measured. A short round before them warms up. */
export async function takeTurns(contestants: readonly Contestant[], turns: Turns): Promise<number[][]> {
  checkTurns(turns);
  const measured = contestants.map((): number[] => []);
  for (const contestant of contestants) await contestant.measure(turns.seconds / 5);
  for (let round = 0; round < turns.rounds; round++) {
    for (const [i, contestant] of contestants.entries()) {
      measured[i].push(await contestant.measure(turns.seconds));
    }
  }
  return measured;
}
