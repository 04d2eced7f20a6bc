/** A picture of a study together with its words, and what it is made from. */
import type { StudySnapshot } from '../study/storage.ts';
import type { Chart, ChartView } from './chart-style.ts';
import type { ChartDecision } from './choice-scores.ts';

/** A study and what its strategy, space and environment say of it. */
export interface ChartedStudy {
  readonly study: StudySnapshot;
  readonly space: {
    readonly name: string;
    readonly decisions: readonly ChartDecision[];
    /** The index of the chosen choice per decision of a sample; undefined where a decision doesn't count. */
    readonly chosen: (sample: readonly number[]) => readonly (number | undefined)[];
  };
  /** Trials per iteration of the strategy. */
  readonly iterationSize: number;
  /** The return that counts as solved, if there is one. */
  readonly threshold: number | undefined;
}

export interface Figure {
  /** Of its files; no two alike. */
  readonly name: string;
  /** In a word or two. */
  readonly label: string;
  readonly title: string;
  /** What one sees, and of how many. */
  readonly caption: string;
  /** What it says, for who doesn't see it. */
  readonly description: string;
  /** Whether it has more colours than can be told apart on dark ground too. */
  readonly hasManyColours?: boolean;
  readonly draw: (view: ChartView) => Chart;
}

/** The line at the threshold, for a caption. */
export const describeThreshold = (threshold: number | undefined): string =>
  threshold === undefined ? '' : ` Dashed: ${threshold}, at which the environment counts as solved.`;
