/** Pictures of what a search says of its space: combinations of choices, choices by themselves, sizes. */
import { choiceScoreChart } from './choice-score-chart.ts';
import { mapScores, type ScoredSample, scoresOfChoices } from './choice-scores.ts';
import type { ChartedStudy, Figure } from './figure.ts';
import { formatCount, formatNumberOf, formatScore } from './number-format.ts';
import { paretoFront } from './pareto-front.ts';
import { isSingleTrials, type ScoreCell, type ScoreMap, scoreMapChart } from './score-map-chart.ts';
import { type RetrainedSize, sizeScoreChart } from './size-score-chart.ts';
import { comparableTrials, scoresByName } from './study-scores.ts';

/** Of a Pareto front more would be a wall of text. */
const mostNamed = 8;

function scoredSamples({ study, space }: ChartedStudy): { samples: ScoredSample[]; subject: string } {
  const { trials, subject } = comparableTrials(study);
  return { samples: trials.map(({ sample, score }) => ({ chosen: space.chosen(sample), score })), subject };
}

function bestCell(maps: readonly ScoreMap[]): { readonly map: ScoreMap; readonly cell: ScoreCell } {
  const cells = maps.flatMap((map) => map.cells.map((cell) => ({ map, cell })));
  return cells.reduce((best, each) => (each.cell.score > best.cell.score ? each : best));
}

export function drawMaps(charted: ChartedStudy): Figure[] {
  const { samples, subject } = scoredSamples(charted);
  const maps = mapScores(charted.space.decisions, samples);
  if (maps.length === 0) return [];
  const environment = charted.study.configuration.environment.id;
  const { map, cell } = bestCell(maps);
  const counts = isSingleTrials(maps)
    ? 'Every cell is one trial, with the luck of one trial.'
    : 'The small number says how many trials a cell is the mean of: one of few says little.';
  const best = `${map.down.name} ${cell.down}, ${map.across.name} ${cell.across}${map.title === '' ? '' : ` (${map.title})`}`;
  const hasEmpty = maps.some(
    ({ across, down, cells }) => cells.length < across.choices.length * down.choices.length,
  );
  const empty = hasEmpty ? ' Empty cells were never tried.' : '';
  return [
    {
      name: 'combinations',
      label: 'combinations',
      title: 'What combinations score',
      caption: `Scores of ${subject} by pairs of choices; the brighter, the better. ${counts}${empty}`,
      description: `Heat maps of mean scores. The best cell, ${best}, has ${formatScore(cell.score)} over ${formatNumberOf(cell.count, 'trial')}.`,
      draw: (view) => scoreMapChart({ environment, subject, maps }, view),
    },
  ];
}

export function drawChoices(charted: ChartedStudy): Figure[] {
  const { samples, subject } = scoredSamples(charted);
  const decisions = scoresOfChoices(charted.space.decisions, samples);
  if (decisions.length === 0) return [];
  const environment = charted.study.configuration.environment.id;
  const best = decisions.map(({ name, choices }) => {
    const { choice, mean } = choices.reduce((a, b) => (b.mean > a.mean ? b : a));
    return `${name}: ${choice} (${formatScore(mean)})`;
  });
  return [
    {
      name: 'choices',
      label: 'choices',
      title: 'Every choice by itself',
      caption: `Mean score of ${subject} with each choice of each decision, whatever the others are; the line spans the middle half of them, the number says how many they are. Strategies try promising choices more often, together with other promising ones: a difference is a hint, not an effect.`,
      description: `Charts of mean scores per choice. The best: ${best.join('; ')}.`,
      draw: (view) => choiceScoreChart({ environment, subject, decisions }, view),
    },
  ];
}

export function drawSizes({ study, threshold }: ChartedStudy): Figure[] {
  const { trials, subject } = comparableTrials(study);
  const architectures = scoresByName(trials);
  if (architectures.length === 0) return [];
  const environment = study.configuration.environment.id;
  const finalists = (study.verdict?.finalists ?? []).flatMap(({ candidate, summary }): RetrainedSize[] =>
    summary === undefined
      ? []
      : [
          {
            parameterCount: candidate.parameterCount,
            estimate: summary.interquartileMean,
            interval: summary.interval,
          },
        ],
  );
  const front = paretoFront(architectures);
  const named = front
    .slice(-mostNamed)
    .map(
      ({ name, parameterCount, score }) => `${name} (${formatCount(parameterCount)}: ${formatScore(score)})`,
    );
  const some = front.length > mostNamed ? `, its ${mostNamed} largest` : '';
  const which =
    architectures.length === trials.length
      ? `Scores of ${subject}`
      : `Scores of ${formatNumberOf(architectures.length, 'architecture')}, each the mean of its trials (${subject})`;
  const retrained =
    finalists.length === 0
      ? ''
      : ` Diamonds: ${formatNumberOf(finalists.length, 'finalist')}, interquartile mean of the retrainings with its 95 % interval.`;
  return [
    {
      name: 'sizes',
      label: 'sizes',
      title: 'Score against size',
      caption: `${which}; parameters on a logarithmic axis. On the Pareto front nothing as small scores as much; scores of a search are noisy, and the front picks the lucky ones.${retrained}`,
      description: `Chart of score against number of parameters. On the Pareto front${some}: ${named.join('; ')}.`,
      draw: (view) => sizeScoreChart({ environment, subject, architectures, finalists, threshold }, view),
    },
  ];
}
