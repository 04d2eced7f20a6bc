/** Learning curves side by side: the average return of a training's latest 100 episodes, step by step. */
import { useMemo } from 'preact/hooks';
import uPlot from 'uplot';
import type { CurvePoint } from '../../protocol.ts';
import { formatScore, formatShort } from '../format.ts';
import { categoryColour, type ChartColours } from './colours.ts';
import { levelLine, Plot, type PlotData, plainValues, rangeWith, xAxis, yAxis } from './plot.tsx';

export interface NamedCurve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

export interface CurvePlotProps {
  readonly curves: readonly NamedCurve[];
  readonly threshold: number | undefined;
  /** The step that the last of them ends with, where some run; otherwise their last points say so. */
  readonly until?: number | undefined;
  readonly height?: number;
}

function options(names: readonly string[], threshold: number | undefined, until: number | undefined) {
  return (colours: ChartColours): Omit<uPlot.Options, 'width' | 'height'> => ({
    scales: {
      x: { time: false, ...(until !== undefined && { range: [0, until] }) },
      y: { range: rangeWith(threshold) },
    },
    axes: [
      xAxis(colours, 'environment steps', (_plot, splits) => splits.map(formatShort)),
      yAxis(colours, 'average return', plainValues),
    ],
    series: [
      { label: 'steps', value: (_plot, raw) => (raw === null ? '–' : formatShort(raw)) },
      ...names.map((name, i) => ({
        label: name,
        value: (_plot: uPlot, raw: number | null) => formatScore(raw ?? undefined),
        stroke: categoryColour(colours, i, names.length),
        width: 1.75,
        spanGaps: true,
        points: { show: false },
      })),
    ],
    cursor: { drag: { x: false, y: false } },
    plugins: [levelLine(colours, threshold, `solved at ${threshold}`)],
  });
}

function align(curves: readonly NamedCurve[]): PlotData {
  if (curves.length === 0) return [[]];
  return uPlot.join(
    curves.map(
      ({ points }): PlotData => [
        points.map(({ step }) => step),
        points.map(({ averageReturn }) => averageReturn),
      ],
    ),
  );
}

export function CurvePlot({ curves, threshold, until, height = 280 }: CurvePlotProps) {
  const names = curves.map(({ name }) => name);
  const data = useMemo(() => align(curves), [curves]);
  return (
    <Plot
      label={`Learning curves: ${names.join('; ')}`}
      kind={`curves ${threshold} ${until} ${names.join('|')}`}
      data={data}
      height={height}
      options={options(names, threshold, until)}
    />
  );
}
