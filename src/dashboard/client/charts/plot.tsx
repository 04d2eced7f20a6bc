/** A chart by uPlot that follows its data, the width it has, and the theme. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { useTheme } from '../theme.ts';
import { type ChartColours, chartColours } from './colours.ts';

export type PlotData = uPlot.AlignedData;

export interface PlotProps {
  /** What it shows, for those who can't see it. */
  readonly label: string;
  readonly data: PlotData;
  /** In pixels. */
  readonly height: number;
  /** Makes the chart anew when it changes: what the options depend on besides the theme. */
  readonly kind: string;
  readonly options: (colours: ChartColours) => Omit<uPlot.Options, 'width' | 'height'>;
  /** Where a click leads: the index of the point at the pointer. */
  readonly onPick?: (index: number) => void;
}

const font = '12px system-ui, sans-serif';
/** Above, right, below, left. */
const padding: [number, number, number, number] = [10, 20, 0, 0];

/** An axis as all charts have it. */
function axis(colours: ChartColours, label: string, values?: uPlot.Axis['values']): uPlot.Axis {
  return {
    label,
    labelFont: font,
    labelSize: 18,
    labelGap: 0,
    font,
    gap: 4,
    stroke: colours.quiet,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { show: false },
    ...(values !== undefined && { values }),
  };
}

export const xAxis = (colours: ChartColours, label: string, values?: uPlot.Axis['values']): uPlot.Axis => ({
  ...axis(colours, label, values),
  size: 22,
});

/** Steps of an axis that counts. */
const wholeSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/** Of what is counted: iterations, trials. */
export const countAxis = (colours: ChartColours, label: string): uPlot.Axis => ({
  ...xAxis(colours, label),
  incrs: wholeSteps,
});

/** Without words where the label is empty. */
export const yAxis = (colours: ChartColours, label: string, values?: uPlot.Axis['values']): uPlot.Axis => ({
  ...axis(colours, label, values),
  size: 44,
  ...(label === '' && { labelSize: 0 }),
});

/** A dashed line across the chart at a level, and words on it that stay readable over what else is there. */
export function levelLine(colours: ChartColours, level: number | undefined, text: string): uPlot.Plugin {
  const place = (plot: uPlot) => {
    const { top, height } = plot.bbox;
    const y = level === undefined ? -1 : Math.round(plot.valToPos(level, 'y', true));
    return y < top || y > top + height ? undefined : y;
  };
  const ratio = devicePixelRatio;
  return {
    hooks: {
      drawAxes: (plot: uPlot) => {
        const y = place(plot);
        if (y === undefined) return;
        const { ctx, bbox } = plot;
        ctx.save();
        ctx.strokeStyle = colours.threshold;
        ctx.lineWidth = ratio;
        ctx.setLineDash([5 * ratio, 4 * ratio]);
        ctx.beginPath();
        ctx.moveTo(bbox.left, y);
        ctx.lineTo(bbox.left + bbox.width, y);
        ctx.stroke();
        ctx.restore();
      },
      draw: (plot: uPlot) => {
        const y = place(plot);
        if (y === undefined) return;
        const { ctx, bbox } = plot;
        const at = [bbox.left + 5 * ratio, y - 5 * ratio] as const;
        ctx.save();
        ctx.font = `${11 * ratio}px system-ui, sans-serif`;
        ctx.textAlign = 'left';
        ctx.lineJoin = 'round';
        ctx.lineWidth = 4 * ratio;
        ctx.strokeStyle = colours.ground;
        ctx.strokeText(text, ...at);
        ctx.fillStyle = colours.quiet;
        ctx.fillText(text, ...at);
        ctx.restore();
      },
    },
  };
}

/** A range with a little air, which holds a level too. */
export function rangeWith(level: number | undefined): uPlot.Range.Function {
  return (_plot, low, high) => {
    if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, level ?? 1];
    const bottom = Math.min(low, level ?? low);
    const top = Math.max(high, level ?? high);
    const air = Math.max((top - bottom) * 0.06, 0.5);
    return [bottom - air, top + air];
  };
}

/** Numbers of axes with a real minus sign. */
export const plainValues: uPlot.Axis.DynamicValues = (_plot, splits) =>
  splits.map((value) => String(value).replace('-', '−'));

export function Plot({ label, data, height, kind, options, onPick }: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const pick = useRef(onPick);
  const theme = useTheme();
  pick.current = onPick;
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const size = () => ({ width: Math.max(element.clientWidth, 120), height });
    const made = new uPlot({ padding, ...options(chartColours(theme)), ...size() }, data, element);
    plot.current = made;
    const onClick = () => {
      const { idx } = made.cursor;
      if (idx !== null && idx !== undefined) pick.current?.(idx);
    };
    made.over.addEventListener('click', onClick);
    const observer = new ResizeObserver(() => {
      if (size().width !== made.width) made.setSize(size());
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [kind, theme, height]);
  useEffect(() => {
    if (plot.current !== undefined && plot.current.data !== data) plot.current.setData(data);
  }, [data]);
  return (
    <div
      ref={place}
      class={onPick === undefined ? 'plot' : 'plot pickable'}
      role="img"
      aria-label={label}
      style={{ minHeight: `${height}px` }}
    />
  );
}
