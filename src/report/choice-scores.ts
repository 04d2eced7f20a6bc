/** What a search's scores say of choices: of each by itself, and of two decisions together. */
import { ascending, mean } from '../statistics/sample.ts';
import type { ChoiceScore, DecisionScores } from './choice-score-chart.ts';
import { quantile } from './quantile.ts';
import type { ScoreMap } from './score-map-chart.ts';

/** A decision of a search space, as far as pictures need it. */
export interface ChartDecision {
  readonly name: string;
  readonly kind: string;
  /** Of a decision about a hidden layer, from 1. */
  readonly layer?: number;
  readonly choices: readonly (number | string)[];
}

export interface ScoredSample {
  /** The index of the chosen choice per decision; undefined where a decision doesn't count. */
  readonly chosen: readonly (number | undefined)[];
  readonly score: number;
}

/** More panels than this would be a wall of numbers. */
const mostPanels = 4;
/** More choices than this don't fit side by side. */
const mostChoices = 12;

const labelsOf = ({ choices }: ChartDecision): string[] => choices.map(String);

/** Every choice of every decision that has a choice to make, as far as it was tried. */
export function scoresOfChoices(
  decisions: readonly ChartDecision[],
  samples: readonly ScoredSample[],
): readonly DecisionScores[] {
  return decisions.flatMap((decision, d) => {
    if (decision.choices.length < 2) return [];
    const choices = labelsOf(decision).flatMap((choice, c): ChoiceScore[] => {
      const scores = samples.filter(({ chosen }) => chosen[d] === c).map(({ score }) => score);
      if (scores.length === 0) return [];
      const sorted = ascending(scores);
      return [
        {
          choice,
          mean: mean(scores),
          lowerQuartile: quantile(sorted, 0.25),
          upperQuartile: quantile(sorted, 0.75),
          count: scores.length,
        },
      ];
    });
    return choices.length === 0 ? [] : [{ name: decision.name, choices }];
  });
}

/** One map of two decisions, by their indices; nothing where no sample has both. */
function mapOf(
  decisions: readonly ChartDecision[],
  [across, down]: readonly [number, number],
  samples: readonly ScoredSample[],
  title: string,
): ScoreMap[] {
  const groups = Map.groupBy(
    samples.filter(({ chosen }) => chosen[across] !== undefined && chosen[down] !== undefined),
    ({ chosen }) => `${chosen[across]}/${chosen[down]}`,
  );
  if (groups.size === 0) return [];
  const [x, y] = [decisions[across], decisions[down]];
  const cells = [...groups.values()].map((group) => ({
    across: String(x.choices[group[0].chosen[across] ?? 0]),
    down: String(y.choices[group[0].chosen[down] ?? 0]),
    score: mean(group.map(({ score }) => score)),
    count: group.length,
  }));
  const axis = (decision: ChartDecision) => ({ name: decision.name, choices: labelsOf(decision) });
  return [{ title, across: axis(x), down: axis(y), cells }];
}

/** How far the means of a decision's choices lie apart. */
function spreadOf({ choices }: DecisionScores): number {
  const means = choices.map((choice) => choice.mean);
  return Math.max(...means) - Math.min(...means);
}

/** The two decisions whose choices' means lie furthest apart. */
function widestPair(
  decisions: readonly ChartDecision[],
  samples: readonly ScoredSample[],
): readonly [number, number] | undefined {
  const [first, second] = scoresOfChoices(decisions, samples)
    .toSorted((a, b) => spreadOf(b) - spreadOf(a))
    .map(({ name }) => decisions.findIndex((decision) => decision.name === name))
    .filter((d) => decisions[d].choices.length <= mostChoices);
  return second === undefined ? undefined : [Math.max(first, second), Math.min(first, second)];
}

/**
 * Heat maps of the decisions that make an architecture: the units of the first two layers, for every pair of their
 * activations (or over all of these, and the activations by themselves, where there are too many pairs); in a space
 * without these, of the two decisions that make the greatest difference. Nothing where there are no two decisions.
 */
export function mapScores(
  decisions: readonly ChartDecision[],
  samples: readonly ScoredSample[],
): readonly ScoreMap[] {
  const find = (kind: string, layer: number) =>
    decisions.findIndex(
      (decision) =>
        decision.kind === kind && decision.layer === layer && decision.choices.length <= mostChoices,
    );
  const units = [find('units', 2), find('units', 1)] as const;
  const activations = [find('activation', 2), find('activation', 1)] as const;
  const isChoice = (pair: readonly [number, number]) =>
    !pair.includes(-1) && pair.some((d) => decisions[d].choices.length > 1);
  if (!isChoice(units)) {
    const pair = widestPair(decisions, samples);
    return pair === undefined ? [] : mapOf(decisions, pair, samples, '');
  }
  if (!isChoice(activations)) return mapOf(decisions, units, samples, '');
  const [second, first] = activations;
  const pairs = decisions[first].choices.flatMap((a, i) =>
    decisions[second].choices.map((b, j) => ({ title: `${a}, then ${b}`, i, j })),
  );
  if (pairs.length > mostPanels) {
    return [
      ...mapOf(decisions, units, samples, 'units, over all activations'),
      ...mapOf(decisions, activations, samples, 'activations, over all units'),
    ];
  }
  return pairs.flatMap(({ title, i, j }) => {
    const ofPair = samples.filter(({ chosen }) => chosen[first] === i && chosen[second] === j);
    return mapOf(decisions, units, ofPair, title);
  });
}
