/** What every choice of every decision scores: the mean of its trials, and where the middle half of them lies. */
import {
  type Chart,
  type ChartPanel,
  type ChartView,
  configOf,
  fileView,
  paddedDomain,
  panelLayout,
  quietColour,
  schema,
  textColour,
  titleOf,
} from './chart-style.ts';

export interface ChoiceScore {
  readonly choice: string;
  /** Of its trials. */
  readonly mean: number;
  readonly lowerQuartile: number;
  readonly upperQuartile: number;
  readonly count: number;
}

export interface DecisionScores {
  readonly name: string;
  /** In the order of the decision; those that nothing has tried are not there. */
  readonly choices: readonly ChoiceScore[];
}

export interface ChoiceScoreData {
  /** Its name, for the title. */
  readonly environment: string;
  /** What a score is, for the subtitle. */
  readonly subject: string;
  /** At least one, each with at least one choice. */
  readonly decisions: readonly DecisionScores[];
}

const rowHeight = 30;
const colour = '#0072b2';

/** @throws RangeError for no decisions. */
export function choiceScoreChart(
  { environment, subject, decisions }: ChoiceScoreData,
  view: ChartView = fileView,
): Chart {
  if (decisions.length === 0) throw new RangeError('a chart of 0 decisions; expected at least one');
  const { columns, width } = panelLayout(view);
  const ends = decisions.flatMap(({ choices }) =>
    choices.flatMap(({ mean, lowerQuartile, upperQuartile }) => [mean, lowerQuartile, upperQuartile]),
  );
  const domain = paddedDomain(ends, 0.08);
  return {
    $schema: schema,
    config: configOf(view),
    ...titleOf(view, `Every choice by itself on ${environment}`, [
      subject,
      'point: mean over the trials with that choice; line: their middle half; ×: how many',
    ]),
    columns,
    spacing: { row: 28, column: 40 },
    concat: decisions.map((decision) => panel(decision, domain, width)),
  };
}

function panel({ name, choices }: DecisionScores, domain: [number, number], width: number): ChartPanel {
  const x = {
    field: 'mean',
    type: 'quantitative',
    title: 'score',
    scale: { domain, nice: false },
    axis: { grid: true, tickCount: 5, labelOverlap: true },
  } as const;
  const y = {
    field: 'choice',
    type: 'ordinal',
    title: null,
    scale: { domain: choices.map(({ choice }) => choice) },
    axis: { labelLimit: 90, minExtent: 69 },
  } as const;
  return {
    title: { text: name, fontSize: 14, offset: 8, color: textColour },
    // Room for the counts.
    width: width - 20,
    height: rowHeight * choices.length,
    data: { values: choices.map((each) => ({ ...each, text: `${each.count}×` })) },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 3, strokeCap: 'round', color: colour, opacity: 0.45 },
        encoding: { x: { ...x, field: 'lowerQuartile' }, x2: { field: 'upperQuartile' }, y },
      },
      { mark: { type: 'point', filled: true, size: 90, opacity: 1, color: colour }, encoding: { x, y } },
      {
        mark: { type: 'text', align: 'left', baseline: 'middle', dx: 6, fontSize: 11, color: quietColour },
        encoding: { x: { value: 'width' }, y, text: { field: 'text' } },
      },
    ],
  };
}
