/** Numbers in words and tables. */

/** `1,234,567` */
export const formatCount = (value: number): string => Math.round(value).toLocaleString('en-US');

/** `1 seed`, `3 seeds` */
export const formatNumberOf = (number: number, noun: string): string =>
  `${formatCount(number)} ${noun}${number === 1 ? '' : 's'}`;

/** A score: `251.3` */
export const formatScore = (value: number): string => value.toFixed(1);

/** A share of 1: `97.5 %` */
export const formatPercent = (value: number): string => `${(100 * value).toFixed(1)} %`;
