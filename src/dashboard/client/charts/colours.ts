/** Colours of lines and points: Okabe & Ito's, told apart by colour-blind readers, lighter on dark ground. */
import type { Theme } from '../theme.ts';

export interface ChartColours {
  /** That the chart lies on; style.css has the same. */
  readonly ground: string;
  readonly quiet: string;
  readonly grid: string;
  readonly threshold: string;
  /** Single trials. */
  readonly point: string;
  readonly average: string;
  readonly best: string;
  /** Lines side by side. */
  readonly categories: readonly string[];
}

const light: ChartColours = {
  ground: '#fffefb',
  quiet: '#6b707b',
  grid: '#e9e8e4',
  threshold: '#7a7f8a',
  point: 'rgb(90 104 125 / 0.45)',
  average: '#0a66a8',
  best: '#c8520a',
  categories: ['#0a66a8', '#c8520a', '#0b8a66', '#b3559a', '#b98200', '#3d9fd6', '#5c6470', '#8a5a2b'],
};

const dark: ChartColours = {
  ground: '#181b21',
  quiet: '#979ca8',
  grid: '#262a33',
  threshold: '#8a909d',
  point: 'rgb(165 176 196 / 0.45)',
  average: '#5cb3f0',
  best: '#f08a4b',
  categories: ['#5cb3f0', '#f08a4b', '#3fc79a', '#e08cc8', '#e3b341', '#8fd0f5', '#a9afbb', '#c99a6b'],
};

export const chartColours = (theme: Theme): ChartColours => (theme === 'dark' ? dark : light);

/** Of line number `i` of `count`: distinct while there are enough, then from blue to yellow-green. */
export function categoryColour({ categories }: ChartColours, i: number, count: number): string {
  return count <= categories.length
    ? categories[i]
    : `hsl(${Math.round(250 - (190 * i) / (count - 1))} 55% 52%)`;
}
