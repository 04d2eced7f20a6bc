/** How the search goes: every trial, the average of every iteration, the best so far, the line at the threshold. */
import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import type { StudyHead } from '../../protocol.ts';
import type { TrialRow } from '../trial-row.ts';
import { formatCount, formatScore } from '../format.ts';
import { navigate, trialPath } from '../route.ts';
import type { ChartColours } from './colours.ts';
import { progressRows, window } from './progress-rows.ts';
import { countAxis, levelLine, Plot, type PlotData, plainValues, rangeWith, yAxis } from './plot.tsx';

/** A best score holds from its trial on. */
const stepped = uPlot.paths.stepped?.({ align: 1 });

function options(head: StudyHead) {
  const name = head.iterationSize === 1 ? `mean of ${window} trials` : 'average of the iteration';
  const value = (_plot: uPlot, raw: number | null) => formatScore(raw ?? undefined);
  return (colours: ChartColours): Omit<uPlot.Options, 'width' | 'height'> => ({
    scales: {
      // From the beginning of the first iteration to the end of the last.
      x: { time: false, range: (_plot, _low, high) => [0.5, Math.max(1, Math.ceil(high - 0.5)) + 0.5] },
      y: { range: rangeWith(head.threshold) },
    },
    axes: [
      countAxis(colours, head.iterationSize === 1 ? 'trial' : 'iteration'),
      yAxis(colours, 'score', plainValues),
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
      {
        label: name,
        value,
        stroke: colours.average,
        width: 2.5,
        spanGaps: true,
        points: { show: head.iterationSize > 1, size: 6, width: 0, fill: colours.average },
      },
      {
        label: 'best so far',
        value,
        stroke: colours.best,
        width: 1.5,
        spanGaps: true,
        ...(stepped && { paths: stepped }),
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
