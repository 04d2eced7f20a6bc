/**
 * What the runs of an ablation say, architecture by architecture. Runs are the unit, not episodes: what differs from
 * seed to seed is the training. As in a race (racing.ts) a failed run counts as the worst score, the lowest return of
 * any episode.
 */
import type { RandomStream } from '../random/random-stream.ts';
import type { Interval } from '../statistics/interval.ts';
import { interquartileMean, median, standardDeviation } from '../statistics/sample.ts';
import type { AblationRun, CompleteAblationRun, RunTiming } from './ablation.ts';
import { runScores, worstReturn } from './racing.ts';
import { bootstrapInterval } from './verdict.ts';

/** An architecture's scores in numbers. */
export interface AblationScores {
  /** One per run, by round. */
  readonly runs: readonly number[];
  readonly interquartileMean: number;
  /** Of the interquartile mean: 95 %, by bootstrap. Undefined for a single run. */
  readonly interval: Interval | undefined;
  /** Undefined for a single run. */
  readonly standardDeviation: number | undefined;
  readonly lowest: number;
  readonly highest: number;
}

export interface AblationSummary {
  readonly architecture: string;
  readonly parameterCount: number;
  /** By round; at least one. */
  readonly runs: readonly AblationRun[];
  /** Undefined where no run of any architecture is complete. */
  readonly scores: AblationScores | undefined;
  /** Runs whose average over 100 training episodes reached the reward threshold, and their medians until then. */
  readonly solved: number;
  readonly stepsToSolve: number | undefined;
  readonly secondsToSolve: number | undefined;
}

const isComplete = (run: AblationRun): run is CompleteAblationRun => run.state === 'complete';
const isNumber = (value: number | null | undefined): value is number => typeof value === 'number';
const medianOf = (values: readonly number[]) => (values.length === 0 ? undefined : median(values));

function summariseScores(scores: readonly number[], name: string, random: RandomStream): AblationScores {
  return {
    runs: scores,
    interquartileMean: interquartileMean(scores),
    interval: bootstrapInterval(scores, name, random),
    standardDeviation: scores.length < 2 ? undefined : standardDeviation(scores),
    lowest: Math.min(...scores),
    highest: Math.max(...scores),
  };
}

/**
 * @param runs of all architectures, in any order. @param timingOf a run; undefined where it isn't known.
 * @param random forked for every interval.
 * @returns the architectures by number of parameters; of equal ones by name.
 */
export function summariseAblation(
  runs: readonly AblationRun[],
  timingOf: (run: AblationRun) => RunTiming | undefined,
  random: RandomStream,
): readonly AblationSummary[] {
  const worst = worstReturn([{ runs }]);
  const groups = Map.groupBy(runs, ({ architecture }) => architecture);
  return [...groups]
    .map(([architecture, unordered]): AblationSummary => {
      const group = unordered.toSorted((a, b) => a.round - b.round);
      const solved = group.filter(isComplete).filter(({ solvedAt }) => solvedAt !== null);
      return {
        architecture,
        parameterCount: group[0].parameterCount,
        runs: group,
        scores:
          worst === undefined ? undefined : summariseScores(runScores(group, worst), architecture, random),
        solved: solved.length,
        stepsToSolve: medianOf(solved.map(({ solvedAt }) => solvedAt).filter(isNumber)),
        secondsToSolve: medianOf(solved.map((run) => timingOf(run)?.secondsToSolve).filter(isNumber)),
      };
    })
    .sort((a, b) => a.parameterCount - b.parameterCount || (a.architecture < b.architecture ? -1 : 1));
}
