/** Tables of text, line by line as the figures come in. */

/** A column's heading; as wide as it is padded. Text is on the left, figures are on the right. */
export interface Column {
  readonly heading: string;
  readonly width: number;
  readonly align: 'left' | 'right';
}

export function formatRow(columns: readonly Column[], cells: readonly string[]): string {
  return columns
    .map(({ width, align }, i) => (align === 'left' ? cells[i].padEnd(width) : cells[i].padStart(width)))
    .join('  ')
    .trimEnd();
}

export const formatHeadings = (columns: readonly Column[]): string =>
  formatRow(
    columns,
    columns.map(({ heading }) => heading),
  );

export const formatRatio = (ratio: number): string => `${ratio.toFixed(ratio < 10 ? 2 : 1)} x`;

/** With three digits at least, and thousands apart. */
export function formatFigure(value: number): string {
  const digits = value < 10 ? 2 : value < 100 ? 1 : 0;
  return value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
