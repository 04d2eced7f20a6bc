/** One evaluation of one sample: what goes in, what comes out. Plain data that crosses threads and fills tables. */

export type TrialState = 'running' | 'complete' | 'failed';

/** One point of a learning curve. */
export interface CurvePoint {
  /** Environment steps so far. */
  readonly step: number;
  readonly episodes: number;
  /** Mean return of the last 100 training episodes (of fewer at the start). */
  readonly averageReturn: number;
}
