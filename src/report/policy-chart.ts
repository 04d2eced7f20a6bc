/** What a controller learned: the probability of every choice of every decision, over the iterations. */
import {
  type Chart,
  type ChartPanel,
  type ChartView,
  colourScale,
  configOf,
  fileView,
  legendColumns,
  panelLayout,
  quietColour,
  schema,
  textColour,
  titleOf,
} from './chart-style.ts';

export interface PolicyDecision {
  readonly name: string;
  readonly choices: readonly (number | string)[];
}

export interface PolicySnapshot {
  readonly iteration: number;
  /** Per decision, per choice; each decision's add up to 1. */
  readonly probabilities: readonly (readonly number[])[];
}

export interface PolicyData {
  /** Which search it was, for the title. */
  readonly study: string;
  /** The decisions of the search space in their order; at least one. */
  readonly decisions: readonly PolicyDecision[];
  /** In order; at least one. */
  readonly snapshots: readonly PolicySnapshot[];
}

/** @throws RangeError for no decisions or no snapshots. */
export function policyChart({ study, decisions, snapshots }: PolicyData, view: ChartView = fileView): Chart {
  const { columns, width } = panelLayout(view);
  if (decisions.length === 0 || snapshots.length === 0) {
    throw new RangeError(
      `a policy of ${decisions.length} decisions and ${snapshots.length} snapshots; expected at least one of each`,
    );
  }
  return {
    $schema: schema,
    config: configOf(view),
    ...titleOf(
      view,
      `What the controller prefers: ${study}`,
      'probability of every choice; dashed: all choices alike',
    ),
    columns,
    spacing: { row: 28, column: 40 },
    resolve: { scale: { color: 'independent' } },
    concat: decisions.map((decision, d) => panel(decision, d, snapshots, width)),
  };
}

/** The lines of decision number `d`. */
function panel(
  { name, choices }: PolicyDecision,
  d: number,
  snapshots: readonly PolicySnapshot[],
  width: number,
): ChartPanel {
  const values = snapshots.flatMap(({ iteration, probabilities }) =>
    choices.map((choice, c) => ({ iteration, choice: String(choice), probability: probabilities[d][c] })),
  );
  return {
    title: { text: name, fontSize: 14, offset: 8, color: textColour },
    width,
    height: 200,
    layer: [
      {
        data: { values: [{ probability: 1 / choices.length }] },
        mark: { type: 'rule', strokeDash: [4, 4], color: quietColour },
        encoding: { y: { field: 'probability', type: 'quantitative' } },
      },
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 2.5 },
        encoding: {
          x: {
            field: 'iteration',
            type: 'quantitative',
            title: 'iteration',
            axis: { format: 'd', tickMinStep: 1, tickCount: 6 },
            scale: { nice: false, zero: false },
          },
          y: {
            field: 'probability',
            type: 'quantitative',
            title: 'probability',
            axis: { format: '.0%', tickCount: 5 },
            scale: { domain: [0, 1] },
          },
          color: {
            field: 'choice',
            type: 'ordinal',
            scale: colourScale(choices.map(String)),
            legend: {
              symbolType: 'stroke',
              columns: legendColumns(choices.map(String), { width: width + 120 }),
            },
          },
        },
      },
    ],
  };
}
