/** Scores against parameters: whether large networks are worth it. */
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import type { StudyHead } from '../../protocol.ts';
import type { TrialRow } from '../trial-row.ts';
import { formatScore, formatShort } from '../format.ts';
import { navigate, trialPath } from '../route.ts';
import type { ChartColours } from './colours.ts';
import { levelLine, Plot, type PlotData, plainValues, rangeWith, xAxis, yAxis } from './plot.tsx';

const phases = ['search', 'final', 'control'] as const;

/** What trials of a phase are called. */
const phaseNames = { search: 'search', final: 'final scores', control: 'control' } as const;

type Scored = TrialRow & { readonly score: number };

/** The point nearest to the pointer, not merely the nearest column. */
function nearestPoint(plot: uPlot, seriesIndex: number): number | null {
  const { left = -1, top = -1 } = plot.cursor;
  const [xs] = plot.data;
  const ys = plot.data[seriesIndex];
  let [nearest, least]: [number | null, number] = [null, 30 ** 2];
  for (let i = 0; i < xs.length; i++) {
    const y = ys[i];
    if (y === null || y === undefined) continue;
    const distance = (plot.valToPos(xs[i], 'x') - left) ** 2 + (plot.valToPos(y, 'y') - top) ** 2;
    if (distance < least) [nearest, least] = [i, distance];
  }
  return nearest;
}

/** Powers of ten in a range, and what is 2 and 5 times as many where that leaves room. */
function logarithmicSteps(low: number, high: number): number[] {
  const factors = high / low > 300 ? [1] : [1, 2, 5];
  const steps: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) {
    steps.push(...factors.map((factor) => factor * power));
  }
  return steps.filter((step) => step >= low && step <= high);
}

function options(threshold: number | undefined, shown: readonly (typeof phases)[number][]) {
  return (colours: ChartColours): Omit<uPlot.Options, 'width' | 'height'> => {
    const fills = { search: colours.point, final: colours.average, control: colours.best };
    return {
      scales: {
        x: { time: false, distr: 3, range: (_plot, low, high) => [low / 1.3, high * 1.3] },
        y: { range: rangeWith(threshold) },
      },
      axes: [
        {
          ...xAxis(colours, 'parameters', (_plot, splits) => splits.map(formatShort)),
          splits: (_plot, _axis, low, high) => logarithmicSteps(low, high),
          // All of them have a label.
          filter: (_plot, splits) => splits,
        },
        yAxis(colours, 'score', plainValues),
      ],
      series: [
        { label: 'parameters', value: (_plot, raw) => (raw === null ? '–' : formatShort(raw)) },
        ...shown.map((phase) => ({
          label: phaseNames[phase],
          value: (_plot: uPlot, raw: number | null) => formatScore(raw ?? undefined),
          stroke: fills[phase],
          paths: () => null,
          points: { show: true, size: 6, width: 0, fill: fills[phase] },
        })),
      ],
      cursor: {
        drag: { x: false, y: false },
        y: false,
        dataIdx: (plot, seriesIndex, closest) =>
          seriesIndex === 0 ? closest : nearestPoint(plot, seriesIndex),
      },
      plugins: [levelLine(colours, threshold, `solved at ${threshold}`)],
    };
  };
}

export function SizePlot({ head, trials }: { head: StudyHead; trials: readonly TrialRow[] }) {
  const scored = useMemo(
    () =>
      trials
        .filter((trial): trial is Scored => trial.score !== undefined)
        .sort((a, b) => a.parameterCount - b.parameterCount),
    [trials],
  );
  const shown = phases.filter((phase) => phase === 'search' || scored.some((trial) => trial.phase === phase));
  const key = shown.join();
  const data = useMemo<PlotData>(
    () => [
      scored.map(({ parameterCount }) => parameterCount),
      ...shown.map((phase) => scored.map((trial) => (trial.phase === phase ? trial.score : null))),
    ],
    [scored, key],
  );
  return (
    <Plot
      label="Scores of trials against the parameters of their networks"
      kind={`size ${head.threshold} ${key}`}
      data={data}
      height={280}
      options={options(head.threshold, shown)}
      onPick={(index) => navigate(trialPath(head.id, scored[index].number))}
    />
  );
}
