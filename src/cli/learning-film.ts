/** A film of learning: the agent as it was at several stages of its training, all flying over the same terrain. */
import type { Snapshots } from '../execution/run-trial.ts';
import type { Model } from '../networks/model.ts';
import { signed } from '../report/overlay.ts';
import type { Recording } from '../report/video.ts';
import { modelAgent } from './agent.ts';
import { type FilmOptions, filmSideBySide } from './film.ts';
import { formatCount } from '../report/number-format.ts';

export interface Stage {
  readonly step: number;
  /** Of the last 100 episodes of the training; undefined before the first. */
  readonly averageReturn: number | undefined;
  readonly parameters: Float32Array;
}

/** Stages in a film. */
const filmedStages = 6;
/** How often the training may have doubled before the end: enough for one that is over after an eighth of it. */
const doublings = 7;
/** That `touchdown play` begins with too; no training has it (src/agents/seeds.ts). */
const filmSeed = 0;

/** Keeps parameters at the start, at steps that double up to the last one, and at the end. */
export class StageKeeper implements Snapshots {
  readonly steps: readonly number[];
  readonly #stages: Stage[] = [];

  /** @param totalSteps of the training. */
  constructor(totalSteps: number) {
    const marks = Array.from({ length: doublings }, (_, i) => Math.floor(totalSteps / 2 ** (doublings - i)));
    this.steps = [...new Set([0, ...marks])];
  }

  readonly take: Snapshots['take'] = ({ step, averageReturn }, parameters) => {
    this.#stages.push({ step, averageReturn, parameters });
  };

  /**
   * The first stage, the last, and the latest ones between. A training that ends early may do so right after a
   * doubling: that stage is left out.
   */
  get filmed(): readonly Stage[] {
    const last = this.#stages.at(-1);
    if (last === undefined) return [];
    const [first, ...others] = this.#stages.filter(({ step }) => step <= 0.75 * last.step);
    return [first, ...others.slice(2 - filmedStages), last];
  }
}

/** @param model whose parameters the stages have had. */
export function filmLearning(
  stages: readonly Stage[],
  model: Model,
  options: FilmOptions,
): Promise<Recording> {
  const flights = stages.map(({ step, averageReturn, parameters }) => ({
    agent: modelAgent(`step ${step}`, { ...model, parameters }),
    seed: filmSeed,
    title: `after ${formatCount(step)} steps`,
    detail: averageReturn === undefined ? 'untrained' : `average of 100: ${signed(averageReturn)}`,
  }));
  return filmSideBySide({ ...options, flights });
}
