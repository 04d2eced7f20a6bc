/** How a one-shot search goes, in words: a line per iteration of the controller, one for the final scores. */
import type { OneShotProgress } from '../search/enas/shared-training.ts';
import { mean } from '../statistics/sample.ts';
import { compareTrials, type CompleteTrial, type FinishedTrial } from '../study/trial.ts';
import { formatCount } from '../report/number-format.ts';

const scoreOf = (score: number): string => score.toFixed(1).padStart(7);

/** Of several trials the average score, the best one, and how many failed. */
function describeGroup(trials: readonly FinishedTrial[]): string {
  const complete = trials.filter((trial) => trial.state === 'complete').toSorted(compareTrials);
  const failed = trials.length - complete.length;
  const failures = failed === 0 ? '' : `   ${failed} failed`;
  if (complete.length === 0) return `all ${trials.length} failed`;
  const [best]: readonly CompleteTrial[] = complete;
  const average = mean(complete.map(({ score }) => score));
  return `average ${scoreOf(average)}   best ${scoreOf(best.score)} (${best.name})${failures}`;
}

export class OneShotLines {
  readonly #iterations: number;
  readonly #iterationSize: number;
  readonly #candidates: number;
  readonly #tuningSteps: number;
  #iteration = 0;
  #group: FinishedTrial[] = [];
  #isOver = false;

  /**
   * @param iterationSize samples per iteration. @param candidates architectures tuned and scored in the end, at most.
   * @param tuningSteps environment steps of each, over all replicas; 0 where none is tuned.
   */
  constructor(iterations: number, iterationSize: number, candidates: number, tuningSteps: number) {
    this.#iterations = iterations;
    this.#iterationSize = iterationSize;
    this.#candidates = candidates;
    this.#tuningSteps = tuningSteps;
  }

  /** How much of the candidates' tuning is done, from 0 to 1. */
  tunedShare({ tuningSteps }: OneShotProgress): number {
    return this.#tuningSteps === 0 ? 0 : Math.min(1, tuningSteps / (this.#tuningSteps * this.#candidates));
  }

  /** Takes in a trial. @returns a line once its iteration, or the final scoring, is complete. */
  take(trial: FinishedTrial): string | undefined {
    this.#group.push(trial);
    const isSample = trial.phase === 'search';
    if (this.#group.length < (isSample ? this.#iterationSize : this.#candidates)) return undefined;
    const group = this.#group;
    this.#group = [];
    this.#isOver = !isSample;
    if (!isSample) {
      const how = this.#tuningSteps === 0 ? 'scored with the shared weights' : 'tuned and scored';
      return `${group.length} architectures ${how}: ${describeGroup(group)}`;
    }
    this.#iteration += 1;
    const number = String(this.#iteration).padStart(String(this.#iterations).length);
    return `iteration ${number}/${this.#iterations}  ${describeGroup(group)}`;
  }

  /** For the progress line. */
  describe(progress: OneShotProgress): string {
    const { step, totalSteps, averageReturn } = progress;
    if (this.#isOver) return 'all candidates are scored';
    if (this.#iteration === this.#iterations) {
      const tuned = Math.floor(this.tunedShare(progress) * this.#candidates);
      return this.#tuningSteps === 0
        ? 'scoring the candidates'
        : `tuning the candidates: ${tuned}/${this.#candidates}`;
    }
    const average = averageReturn === undefined ? '' : ` · average of 100: ${averageReturn.toFixed(1)}`;
    const phase =
      this.#iteration === 0 ? 'shared training' : `iteration ${this.#iteration}/${this.#iterations}`;
    return `${phase}: ${formatCount(step)}/${formatCount(totalSteps)} steps${average}`;
  }
}
