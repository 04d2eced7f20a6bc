/** Pictures of a study's verdict: scores of the finalists, their trainings, and how their episodes are spread. */
import { summariseReturns } from '../statistics/return-summary.ts';
import { type CompleteRun, episodeReturns, type Run, worstReturn } from '../study/racing.ts';
import { type Finalist, findWinner, isFoundByControl, type Verdict } from '../study/verdict.ts';
import { type ChartedStudy, describeThreshold, type Figure } from './figure.ts';
import { intervalChart, type IntervalRow } from './interval-chart.ts';
import { type LearningCurve, learningCurveChart } from './learning-curve-chart.ts';
import { meanLearningCurve } from './mean-learning-curve.ts';
import { formatCount, formatNumberOf, formatPercent, formatScore } from './number-format.ts';
import { performanceProfileChart, type ReturnProfile } from './performance-profile-chart.ts';

/** Curves in one chart, at most: more can't be told apart. */
const mostCurves = 7;

/** What a finalist of the control is called beside those of the search, which may be the same. */
const controlName = (name: string): string => `${name} (control)`;

/** A row of the chart of scores; none while all runs of the race failed. */
function intervalRow({ runs, summary }: Finalist, name: string): IntervalRow[] {
  if (summary === undefined) return [];
  const { interquartileMean: estimate, interval } = summary;
  const scores = runs.map((run) => (run.state === 'complete' ? run.score : Number.NaN));
  return [{ name, estimate, interval, runs: scores }];
}

const describeRow = ({ name, estimate, interval }: IntervalRow): string =>
  `${name}: ${formatScore(estimate)}${interval ? `, from ${formatScore(interval.low)} to ${formatScore(interval.high)}` : ''}`;

/** Retrainings that failed, which a score hides: once each, though a finalist of both fields has them twice. */
function describeFailures({ finalists, control }: Verdict): string {
  const all = new Map(
    [...finalists, ...(control?.finalists ?? [])].map(({ candidate, runs }) => [candidate.name, runs]),
  );
  const failed = [...all.values()].flat().filter((run) => run.state === 'failed');
  if (failed.length === 0) return '';
  return ` ${formatNumberOf(failed.length, 'retraining')} failed (${failed[0].error}): not drawn, and counted as the lowest return of any episode.`;
}

export function drawFinalists({ study, threshold }: ChartedStudy): Figure[] {
  const { verdict, configuration } = study;
  if (verdict === undefined) return [];
  const rows = verdict.finalists.flatMap((finalist) => intervalRow(finalist, finalist.candidate.name));
  if (rows.length === 0) return [];
  const controls = (verdict.control?.finalists ?? []).flatMap((finalist) =>
    intervalRow(finalist, controlName(finalist.candidate.name)),
  );
  const environment = configuration.environment.id;
  const { seeds, episodes } = configuration.verification;
  const statistic = 'interquartile mean';
  const below =
    controls.length === 0
      ? ' There is no control: nothing shows that the search beats chance.'
      : ' Grey, below the line: what random search found, retrained likewise.';
  return [
    {
      name: 'finalists',
      label: 'finalists',
      title: controls.length === 0 ? 'The finalists' : 'The finalists against random search',
      caption: `Large: interquartile mean of up to ${formatNumberOf(seeds, 'retraining')} with its 95 % interval. Small: every retraining, the mean return of ${formatNumberOf(episodes, 'episode')} on seeds that nothing has seen.${describeFailures(verdict)}${below}`,
      description: `Chart of the finalists' interquartile means. ${[...rows, ...controls].map(describeRow).join('; ')}.`,
      draw: (view) => intervalChart({ environment, statistic, rows, controls, threshold }, view),
    },
  ];
}

const pointsOf = ({ training }: CompleteRun) =>
  training.curve.map(({ step, averageReturn }) => ({ steps: step, averageReturn }));

const completeRuns = (runs: readonly Run[]): CompleteRun[] =>
  runs.filter((run) => run.state === 'complete').filter(({ training }) => training.curve.length > 0);

/** The mean of a finalist's complete runs and how far they lie apart; none without steps in common. */
function meanCurve({ runs }: Finalist, name: string): LearningCurve[] {
  const curves = completeRuns(runs).map(pointsOf);
  if (curves.length === 0) return [];
  const start = Math.max(...curves.map((points) => points[0].steps));
  const end = Math.min(...curves.map((points) => points[points.length - 1].steps));
  if (start > end) return [];
  const { points, band } = meanLearningCurve(curves);
  return [
    curves.length === 1
      ? { name: `${name}, 1 seed`, points }
      : { name: `${name}, ${curves.length} seeds`, points, band },
  ];
}

/** Finalists and the control's winner, unless it is one of them; as many as have room, the winner first. */
function listCurves({ finalists, control }: Verdict): LearningCurve[] {
  const winner = findWinner(finalists);
  const others = finalists.filter((finalist) => finalist !== winner);
  const ofSearch = [...(winner ? [winner] : []), ...others].slice(0, mostCurves - 1);
  const ofControl = control && findWinner(control.finalists);
  const isAnother = ofSearch.every(({ candidate }) => candidate.name !== ofControl?.candidate.name);
  return [
    ...ofSearch.flatMap((finalist) => meanCurve(finalist, finalist.candidate.name)),
    ...(ofControl && isAnother ? meanCurve(ofControl, controlName(ofControl.candidate.name)) : []),
  ];
}

export function drawLearning({ study, threshold }: ChartedStudy): Figure[] {
  const curves = study.verdict ? listCurves(study.verdict) : [];
  if (curves.length === 0) return [];
  const environment = study.configuration.environment.id;
  const { steps } = study.configuration.verification;
  const ends = curves.map(
    ({ name, points }) => `${name}: ${formatScore(points[points.length - 1].averageReturn)}`,
  );
  return [
    {
      name: 'learning',
      label: 'learning',
      title: 'How the finalists learn',
      caption: `Retrainings from scratch, ${formatCount(steps)} environment steps each: average return of the last 100 training episodes, which still explore. Line: mean over the seeds that the legend counts; band: from the lowest of them to the highest.${describeThreshold(threshold)}`,
      description: `Learning curves. Average return at the end of training: ${ends.join('; ')}.`,
      draw: (view) =>
        learningCurveChart(
          { environment, subject: 'finalists, retrained from scratch', curves, threshold },
          view,
        ),
    },
  ];
}

/** A retraining as a curve. */
function runCurve(run: CompleteRun): LearningCurve {
  const { count, mean, interval } = summariseReturns(run.returns);
  return {
    name: `seed ${run.seed}`,
    points: pointsOf(run),
    evaluation: { episodes: count, mean, interval },
  };
}

export function drawWinner({ study, threshold }: ChartedStudy): Figure[] {
  const winner = study.verdict && findWinner(study.verdict.finalists);
  if (winner === undefined) return [];
  const curves = completeRuns(winner.runs).map(runCurve);
  if (curves.length === 0) return [];
  const { environment, verification } = study.configuration;
  const { name } = winner.candidate;
  const ends = completeRuns(winner.runs).map(({ seed, score }) => `seed ${seed}: ${formatScore(score)}`);
  return [
    {
      name: 'winner',
      label: 'retraining',
      title: 'The winner, seed by seed',
      caption: `${formatNumberOf(curves.length, 'retraining')} of ${name}. Diamonds and legend: mean return of ${formatNumberOf(verification.episodes, 'greedy episode')} after the training, with its 95 % interval over episodes.${describeThreshold(threshold)}`,
      description: `Learning curves of the winner's retrainings. Mean return of the greedy episodes afterwards: ${ends.join('; ')}.`,
      hasManyColours: curves.length > mostCurves,
      draw: (view) =>
        learningCurveChart(
          { environment: environment.id, subject: `${name}, retrained from scratch`, threshold, curves },
          view,
        ),
    },
  ];
}

/** The winner's episodes and its control's; without a control those of all finalists. */
function listProfiles({ finalists, control }: Verdict): ReturnProfile[] {
  const worst = worstReturn([...finalists, ...(control?.finalists ?? [])]);
  if (worst === undefined) return [];
  const profile = ({ runs }: Finalist, name: string) => ({ name, returns: episodeReturns(runs, worst) });
  const winner = findWinner(finalists);
  const other = control && findWinner(control.finalists);
  if (winner === undefined || other === undefined) {
    return finalists.map((finalist) => profile(finalist, finalist.candidate.name));
  }
  return [profile(winner, winner.candidate.name), profile(other, controlName(other.candidate.name))];
}

export function drawProfiles({ study, threshold }: ChartedStudy): Figure[] {
  const profiles = study.verdict ? listProfiles(study.verdict) : [];
  if (profiles.length === 0) return [];
  const environment = study.configuration.environment.id;
  const counts = profiles.map(({ name, returns }) => `${name}: ${formatCount(returns.length)}`);
  const isSame = study.verdict !== undefined && isFoundByControl(study.verdict);
  const same = isSame ? ' Search and control found the same, so that their lines coincide.' : '';
  const shares = profiles.map(({ name, returns }) => {
    const share = returns.filter((value) => value > (threshold ?? 0)).length / returns.length;
    return `${name}: ${formatPercent(share)}`;
  });
  return [
    {
      name: 'profiles',
      label: 'profiles',
      title: 'How the episodes are spread',
      caption: `The share of the test episodes after retraining that return more than τ; the higher the line, the better. Episodes: ${counts.join('; ')}.${same}`,
      description: `Performance profiles. Share of the episodes that return more than ${threshold ?? 0}: ${shares.join('; ')}.`,
      hasManyColours: profiles.length > mostCurves,
      draw: (view) => performanceProfileChart({ environment, profiles, threshold }, view),
    },
  ];
}
