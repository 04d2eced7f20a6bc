/** How the search goes: every trial, the average of every iteration, the best so far, the line at the threshold. */
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import type { StudyHead, TrialRow } from '../../protocol.ts';
import { formatCount, formatScore } from '../format.ts';
import { navigate, trialPath } from '../route.ts';
import type { ChartColours } from './colours.ts';
import { axis, levelLine, Plot, type PlotData, plainValues, rangeWith } from './plot.tsx';

/** Trials that an average is over where an iteration is a single one. */
const window = 20;

interface Row {
  score: number | null;
  average: number | null;
  best: number | null;
  trial: number | null;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Averages with their place on the x axis, in iterations from 1. */
function averages(scored: readonly { number: number; score: number }[], size: number): [number, number][] {
  if (size === 1) {
    return scored.map(({ number }, i) => [
      number + 1,
      mean(scored.slice(Math.max(0, i + 1 - window), i + 1).map(({ score }) => score)),
    ]);
  }
  const groups = Map.groupBy(scored, ({ number }) => Math.floor(number / size));
  return [...groups].map(([group, members]) => [group + 1, mean(members.map(({ score }) => score))]);
}

/** Trials of iteration k stand between k − ½ and k + ½, its average at k. */
export function progressRows(trials: readonly TrialRow[], size: number): ReadonlyMap<number, Row> {
  const scored = trials.flatMap(({ phase, number, score }) =>
    phase === 'search' && score !== undefined ? [{ number, score }] : [],
  );
  const rows = new Map<number, Row>();
  let best = Number.NEGATIVE_INFINITY;
  for (const { number, score } of scored) {
    best = Math.max(best, score);
    rows.set(0.5 + (number + 0.5) / size, { score, average: null, best, trial: number });
  }
  for (const [x, average] of averages(scored, size)) {
    const row = rows.get(x);
    if (row) row.average = average;
    else rows.set(x, { score: null, average, best: null, trial: null });
  }
  return new Map([...rows].sort(([a], [b]) => a - b));
}

function options(head: StudyHead) {
  const name = head.iterationSize === 1 ? `mean of ${window} trials` : 'average of the iteration';
  const value = (_plot: uPlot, raw: number | null) => formatScore(raw ?? undefined);
  return (colours: ChartColours): Omit<uPlot.Options, 'width' | 'height'> => ({
    scales: { x: { time: false }, y: { range: rangeWith(head.threshold) } },
    axes: [
      axis(colours, head.iterationSize === 1 ? 'trial' : 'iteration'),
      axis(colours, 'score', plainValues),
    ],
    series: [
      {
        label: head.iterationSize === 1 ? 'trial' : 'iteration',
        value: (_plot, raw) => (raw === null ? '–' : formatCount(Math.round(raw))),
      },
      {
        label: 'single trial',
        value,
        stroke: colours.point,
        paths: () => null,
        points: { show: true, size: 5, width: 0, fill: colours.point },
      },
      { label: name, value, stroke: colours.average, width: 2.5, spanGaps: true, points: { show: false } },
      {
        label: 'best so far',
        value,
        stroke: colours.best,
        width: 1.5,
        spanGaps: true,
        points: { show: false },
      },
    ],
    cursor: { drag: { x: false, y: false } },
    legend: { live: true },
    plugins: [levelLine(colours, head.threshold, `solved at ${head.threshold}`)],
  });
}

export function ProgressPlot({ head, trials }: { head: StudyHead; trials: readonly TrialRow[] }) {
  const rows = useMemo(() => progressRows(trials, head.iterationSize), [trials, head.iterationSize]);
  const data = useMemo<PlotData>(() => {
    const values = [...rows.values()];
    return [
      [...rows.keys()],
      values.map(({ score }) => score),
      values.map(({ average }) => average),
      values.map(({ best }) => best),
    ];
  }, [rows]);
  const numbers = [...rows.values()].map(({ trial }) => trial);
  return (
    <Plot
      label={`Scores of ${formatCount(numbers.length)} trials by iteration; the threshold is ${head.threshold}`}
      kind={`progress ${head.iterationSize} ${head.threshold}`}
      data={data}
      height={280}
      options={options(head)}
      onPick={(index) => {
        const trial = numbers[index];
        if (trial !== null) navigate(trialPath(head.id, trial));
      }}
    />
  );
}
