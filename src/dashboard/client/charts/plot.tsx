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

/** An axis as all charts have it. */
export function axis(colours: ChartColours, label: string, values?: uPlot.Axis['values']): uPlot.Axis {
  return {
    label,
    labelFont: font,
    labelSize: 22,
    font,
    stroke: colours.quiet,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { show: false },
    ...(values !== undefined && { values }),
  };
}

/** A dashed line across the chart at a level, with words above it. */
export function levelLine(colours: ChartColours, level: number | undefined, text: string): uPlot.Plugin {
  return {
    hooks: {
      drawAxes: (plot: uPlot) => {
        if (level === undefined) return;
        const y = Math.round(plot.valToPos(level, 'y', true));
        const { left, top, width, height } = plot.bbox;
        if (y < top || y > top + height) return;
        const { ctx } = plot;
        ctx.save();
        ctx.strokeStyle = colours.threshold;
        ctx.fillStyle = colours.quiet;
        ctx.lineWidth = devicePixelRatio;
        ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
        ctx.beginPath();
        ctx.moveTo(left, y);
        ctx.lineTo(left + width, y);
        ctx.stroke();
        ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
        ctx.textAlign = 'left';
        ctx.fillText(text, left + 6 * devicePixelRatio, y - 5 * devicePixelRatio);
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
    const made = new uPlot({ ...options(chartColours(theme)), ...size() }, data, element);
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
