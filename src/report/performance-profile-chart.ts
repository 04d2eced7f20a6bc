/** Which share of its episodes an architecture brings above every return (Agarwal et al. 2021, section 4.2). */
import { performanceProfile } from '../statistics/performance-profile.ts';
import {
  type Chart,
  type ChartLayer,
  chartFrame,
  type ChartView,
  colourScale,
  fileView,
  legendColumns,
  paddedDomain,
  requireDistinctNames,
  titleOf,
  uprightThresholdLayers,
} from './chart-style.ts';

export interface ReturnProfile {
  /** What the legend calls it; no two alike. */
  readonly name: string;
  /** Of the greedy episodes of all its runs; at least one, all finite. */
  readonly returns: readonly number[];
}

export interface PerformanceProfileData {
  /** Its name, for the title. */
  readonly environment: string;
  /** At least one. */
  readonly profiles: readonly ReturnProfile[];
  /** The return at which an episode counts as solved, if there is such a thing. */
  readonly threshold: number | undefined;
}

/** How many parts the axis of returns is cut into. */
const resolution = 300;
/** @throws RangeError for no profiles, two of one name, or one without returns. */
export function performanceProfileChart(
  { environment, profiles, threshold }: PerformanceProfileData,
  view: ChartView = fileView,
): Chart {
  requireDistinctNames(profiles);
  return {
    ...chartFrame(view),
    ...titleOf(
      view,
      `Performance profiles on ${environment}`,
      'share of the greedy episodes that return more than τ; the higher the line, the better',
    ),
    layer: [...uprightThresholdLayers(threshold), profileLayer(profiles, threshold, view)],
  };
}

function profileLayer(
  profiles: readonly ReturnProfile[],
  threshold: number | undefined,
  view: ChartView,
): ChartLayer {
  const names = profiles.map(({ name }) => name);
  const returns = profiles.flatMap((profile) => profile.returns);
  const domain = paddedDomain(threshold === undefined ? returns : [...returns, threshold], 0.02);
  const [low, high] = domain;
  const thresholds = Array.from({ length: resolution + 1 }, (_, i) => low + ((high - low) * i) / resolution);
  const values = profiles.flatMap(({ name, returns: ofOne }) =>
    performanceProfile(ofOne, thresholds).map((share, i) => ({ name, tau: thresholds[i], share })),
  );
  return {
    data: { values },
    mark: { type: 'line', strokeWidth: 2.5, interpolate: 'step-after' },
    encoding: {
      x: {
        field: 'tau',
        type: 'quantitative',
        title: 'return τ',
        axis: { tickCount: view.isNarrow ? 4 : 8 },
        scale: { domain, nice: false },
      },
      y: {
        field: 'share',
        type: 'quantitative',
        // There is no room above a narrow chart for both its title and the caption of the threshold.
        title: view.isNarrow ? null : 'episodes with a return above τ',
        axis: { format: '.0%', tickCount: 5 },
        scale: { domain: [0, 1] },
      },
      color: {
        field: 'name',
        type: 'nominal',
        scale: colourScale(names),
        legend: { columns: legendColumns(names, view), symbolType: 'stroke' },
      },
    },
  };
}
