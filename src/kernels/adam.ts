/** Adam's bias correction (Kingma & Ba 2015, algorithm 1), the same for every implementation of the kernels. */

/**
 * 1 − beta^step in double precision. The power is a fixed sequence of multiplications (`Math.pow` differs
 * between engines), so it depends on nothing but its arguments: a learner restored at any step goes on with the
 * same bits.
 * @param step the number of the update, from 1 on.
 */
export function biasCorrection(beta: number, step: number): number {
  let power = 1;
  let square = beta;
  // Halved as a 32-bit integer while it is one: in doubles this loop takes twice as long.
  for (let rest = step; rest > 0; rest = rest < 2 ** 31 ? rest >> 1 : Math.floor(rest / 2)) {
    if (rest % 2 === 1) power *= square;
    square *= square;
  }
  return 1 - power;
}
