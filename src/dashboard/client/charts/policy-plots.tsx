/** What the controller prefers: the probability of every choice of every decision, over the iterations. */
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import type { PolicySnapshot } from '../../../study/storage.ts';
import type { StudyHead } from '../../protocol.ts';
import { formatCount } from '../format.ts';
import { categoryColour, type ChartColours } from './colours.ts';
import { countAxis, Plot, type PlotData, yAxis } from './plot.tsx';

type Decision = StudyHead['decisions'][number];

const percent = (value: number): string => `${Math.round(100 * value)} %`;

function options(choices: Decision['choices']) {
  return (colours: ChartColours): Omit<uPlot.Options, 'width' | 'height'> => ({
    scales: {
      x: { time: false, range: (_plot, low, high) => [low, Math.max(high, low + 1)] },
      y: { range: [0, 1] },
    },
    axes: [countAxis(colours, 'iteration'), yAxis(colours, '', (_plot, splits) => splits.map(percent))],
    series: [
      { label: 'iteration', value: (_plot, raw) => (raw === null ? '–' : formatCount(raw)) },
      ...choices.map((choice, i) => ({
        label: String(choice),
        value: (_plot: uPlot, raw: number | null) => (raw === null ? '–' : percent(raw)),
        stroke: categoryColour(colours, i, choices.length),
        width: 2,
        // A line needs two points.
        points: { show: (plot: uPlot) => plot.data[0].length === 1, size: 7 },
      })),
    ],
    cursor: { drag: { x: false, y: false } },
  });
}

function PolicyPlot({
  decision,
  d,
  policies,
}: {
  decision: Decision;
  d: number;
  policies: readonly PolicySnapshot[];
}) {
  const { name, choices } = decision;
  const data = useMemo<PlotData>(
    () => [
      policies.map(({ iteration }) => iteration),
      ...choices.map((_, c) => policies.map(({ probabilities }) => probabilities[d]?.[c] ?? null)),
    ],
    [policies, choices, d],
  );
  const last = policies.at(-1)?.probabilities[d] ?? [];
  const favourite = choices[last.indexOf(Math.max(...last))];
  return (
    <figure>
      <figcaption>
        {name}
        {favourite !== undefined && <b>{String(favourite)}</b>}
      </figcaption>
      <Plot
        label={`Probabilities of ${name}; the likeliest is ${favourite}`}
        kind={`policy ${name} ${choices.join()}`}
        data={data}
        height={190}
        options={options(choices)}
      />
    </figure>
  );
}

export function PolicyPlots({ head, policies }: { head: StudyHead; policies: readonly PolicySnapshot[] }) {
  return (
    <div class="small-multiples">
      {head.decisions.map((decision, d) => (
        <PolicyPlot key={decision.name} decision={decision} d={d} policies={policies} />
      ))}
    </div>
  );
}
