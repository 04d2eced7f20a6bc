/** What combinations of choices score: heat maps, the choices of one decision across and of another down. */
import {
  type Chart,
  type ChartPanel,
  type ChartView,
  configOf,
  fileView,
  panelLayout,
  schema,
  textColour,
  titleOf,
} from './chart-style.ts';

export interface ScoreCell {
  /** Choices of the two decisions. */
  readonly across: string;
  readonly down: string;
  /** Mean over `count` trials. */
  readonly score: number;
  readonly count: number;
}

export interface ScoreMap {
  /** What its trials have in common; empty for all of them. */
  readonly title: string;
  readonly across: { readonly name: string; readonly choices: readonly string[] };
  readonly down: { readonly name: string; readonly choices: readonly string[] };
  /** At most one per pair of choices; pairs that nothing has tried are not there. */
  readonly cells: readonly ScoreCell[];
}

export interface ScoreMapData {
  /** Its name, for the title. */
  readonly environment: string;
  /** What a score is, for the subtitle. */
  readonly subject: string;
  /** At least one, at least one cell among them. */
  readonly maps: readonly ScoreMap[];
}

const cellHeight = 44;
/** Share of the cells, worst first, that have the darkest colour: one disaster shouldn't leave the rest alike. */
const clippedShare = 0.1;
/** Texts of cells in colours of their own, so that what changes other texts' colours leaves these readable. */
const cellText = { onDark: '#fefefe', onLight: '#101010' } as const;

/** From the score that has the darkest colour to the one that has the brightest. */
function colourDomain(maps: readonly ScoreMap[]): [number, number] {
  const scores = maps.flatMap(({ cells }) => cells.map(({ score }) => score)).toSorted((a, b) => a - b);
  if (scores.length === 0) throw new RangeError('score maps of 0 cells; expected at least one');
  const low = scores[Math.floor(clippedShare * (scores.length - 1))];
  const high = scores[scores.length - 1];
  return low < high ? [low, high] : [high - 1, high];
}

/** Whether every cell is of one trial: then counts would say nothing. */
export const isSingleTrials = (maps: readonly ScoreMap[]): boolean =>
  maps.every(({ cells }) => cells.every(({ count }) => count === 1));

/** @throws RangeError for no cells. */
export function scoreMapChart(
  { environment, subject, maps }: ScoreMapData,
  view: ChartView = fileView,
): Chart {
  const domain = colourDomain(maps);
  const { columns, width } = panelLayout(view);
  const isSingle = isSingleTrials(maps);
  return {
    $schema: schema,
    config: configOf(view),
    ...titleOf(view, `What scores on ${environment}`, [
      subject,
      isSingle
        ? 'the brighter the better; every cell is one trial; empty: never tried'
        : 'large: mean score, the brighter the better; small: trials; empty: never tried',
    ]),
    columns,
    spacing: { row: 28, column: 40 },
    concat: maps.map((map) => panel(map, domain, width, isSingle)),
  };
}

const scaleOf = (choices: readonly string[]) => ({ domain: [...choices] });

function panel(
  { title, across, down, cells }: ScoreMap,
  domain: [number, number],
  width: number,
  isSingle: boolean,
): ChartPanel {
  const x = {
    field: 'across',
    type: 'ordinal',
    title: across.name,
    scale: scaleOf(across.choices),
    axis: { labelAngle: 0, domain: false, ticks: false, labelOverlap: true },
  } as const;
  const y = {
    field: 'down',
    type: 'ordinal',
    title: down.name,
    scale: scaleOf(down.choices),
    axis: { labelLimit: 90, minExtent: 46 },
  } as const;
  const middle = (domain[0] + domain[1]) / 2;
  const values = cells.map(({ score, count, ...choices }) => ({
    ...choices,
    score,
    // With the minus sign of the axes, and without one before 0.
    text: String(Math.round(score) || 0).replace('-', '−'),
    count: `${count}×`,
  }));
  const text = (dy: number, fontSize: number) =>
    ({ type: 'text', dy, fontSize, baseline: 'middle', align: 'center' }) as const;
  const color = {
    condition: { test: `datum.score > ${middle}`, value: cellText.onLight },
    value: cellText.onDark,
  };
  return {
    ...(title !== '' && { title: { text: title, fontSize: 14, offset: 8, color: textColour } }),
    width,
    height: cellHeight * down.choices.length,
    data: { values },
    layer: [
      {
        mark: { type: 'rect' },
        encoding: {
          x,
          y,
          color: {
            field: 'score',
            type: 'quantitative',
            scale: { domain, clamp: true, scheme: 'viridis' },
            legend: null,
          },
        },
      },
      { mark: text(isSingle ? 0 : -5, 13), encoding: { x, y, color, text: { field: 'text' } } },
      ...(isSingle ? [] : [{ mark: text(11, 10), encoding: { x, y, color, text: { field: 'count' } } }]),
    ],
  };
}
