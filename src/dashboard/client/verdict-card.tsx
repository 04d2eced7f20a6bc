/** What the finalists' retrainings say: the winner, the others, random search at equal work. */
import type { Comparison, RunSummary } from '../../study/verdict.ts';
import type { FinalistRow, StudyHead, VerdictView } from '../protocol.ts';
import { CurvePlot } from './charts/curve-plot.tsx';
import { formatCount, formatName, formatScore, formatShort } from './format.ts';
import { trialPath } from './route.ts';

type Domain = readonly [low: number, high: number];

const chart = { width: 260, height: 22 } as const;

function domainOf(finalists: readonly FinalistRow[], threshold: number | undefined): Domain {
  const values = finalists.flatMap(({ summary }) =>
    summary
      ? [...summary.scores, summary.interval?.low ?? summary.mean, summary.interval?.high ?? summary.mean]
      : [],
  );
  const all = threshold === undefined ? values : [...values, threshold];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const air = Math.max(2, 0.04 * (high - low));
  return [low - air, high + air];
}

/** Runs as dots, their interquartile mean as a tick, its interval as a bar, the threshold as a dashed line. */
function Scores({
  summary,
  domain,
  threshold,
}: {
  summary: RunSummary;
  domain: Domain;
  threshold: number | undefined;
}) {
  const [low, high] = domain;
  const x = (value: number) => ((value - low) / (high - low)) * chart.width;
  const { interval, interquartileMean: estimate, scores } = summary;
  const middle = chart.height / 2;
  return (
    <svg
      class="scores"
      viewBox={`0 0 ${chart.width} ${chart.height}`}
      role="img"
      aria-label={`runs: ${scores.map(formatScore).join(', ')}`}
    >
      {threshold !== undefined && (
        <line class="threshold" x1={x(threshold)} x2={x(threshold)} y1="0" y2={chart.height} />
      )}
      {interval && (
        <line class="interval" x1={x(interval.low)} x2={x(interval.high)} y1={middle} y2={middle} />
      )}
      {scores.map((score, i) => (
        // Runs stand in the order of their seeds and may be equal.
        <circle key={`${i}`} class="run" cx={x(score)} cy={middle} r="3" />
      ))}
      <line class="estimate" x1={x(estimate)} x2={x(estimate)} y1="3" y2={chart.height - 3} />
    </svg>
  );
}

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

function Finalists({
  head,
  finalists,
  domain,
}: {
  head: StudyHead;
  finalists: readonly FinalistRow[];
  domain: Domain;
}) {
  const { threshold } = head;
  return (
    <div class="scroll">
      <table class="finalists">
        <thead>
          <tr>
            <th class="name">finalist</th>
            <th class="number wide">parameters</th>
            <th class="number wide">search score</th>
            <th class="number">IQM</th>
            <th class="name">runs, 95 % interval</th>
            {threshold !== undefined && <th class="number wide">episodes ≥ {threshold}</th>}
            <th class="name" />
          </tr>
        </thead>
        <tbody>
          {finalists.map(({ name, parameterCount, searchScore, trial, standing, summary }) => (
            <tr key={name} class={standing === 'winner' ? 'winner' : undefined}>
              <td class="name">
                <a href={trialPath(head.id, trial)}>{formatName(name)}</a>
              </td>
              <td class="number wide">{formatShort(parameterCount)}</td>
              <td class="number wide">{formatScore(searchScore)}</td>
              <td class="number">{formatScore(summary?.interquartileMean)}</td>
              <td>{summary && <Scores summary={summary} domain={domain} threshold={threshold} />}</td>
              {threshold !== undefined && (
                <td class="number wide">
                  {summary?.solvedShare === undefined ? '–' : percent(summary.solvedShare)}
                </td>
              )}
              <td class="name quiet">{standing}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const outcomeNames = {
  better: 'The search beats random search at equal work',
  tied: 'The search is not shown to beat random search at equal work',
  worse: 'Random search at equal work beats the search',
} as const satisfies Record<Comparison['outcome'], string>;

function describeComparison({ difference, pairedInterval, outcome }: Comparison): string {
  const sign = difference < 0 ? '' : '+';
  const interval = pairedInterval
    ? `; paired 95 % interval ${formatScore(pairedInterval.low)} to ${formatScore(pairedInterval.high)}`
    : '';
  return `${outcomeNames[outcome]}: ${sign}${formatScore(difference)}${interval}.`;
}

export function VerdictCard({ head, verdict }: { head: StudyHead; verdict: VerdictView }) {
  const { winner, finalists, control, leftOut, fidelity, curves } = verdict;
  const domain = domainOf([...finalists, ...(control?.finalists ?? [])], head.threshold);
  return (
    <section class="card verdict" aria-labelledby="verdict">
      <h2 id="verdict">Verdict</h2>
      {winner ? (
        <p class="headline">
          <b>{formatName(winner.name)}</b> wins with {formatCount(winner.parameterCount)} parameters; the run
          that is kept scores {formatScore(winner.score)}.
        </p>
      ) : (
        <p class="headline">No winner: no retraining was completed.</p>
      )}
      <div class="verdict-grid">
        <div>
          <Finalists head={head} finalists={finalists} domain={domain} />
          {control && (
            <>
              <h3>Random search at equal work, {formatCount(control.trials)} trials</h3>
              <Finalists head={head} finalists={control.finalists} domain={domain} />
              {control.foundTheSame ? (
                <p>Random search at equal work found the same network.</p>
              ) : (
                control.comparison && <p>{describeComparison(control.comparison)}</p>
              )}
            </>
          )}
          {fidelity && (
            <p class="quiet">
              Scores of the search rank {fidelity.count} architectures as trainings from scratch do with
              Kendall’s τ = {fidelity.tau.toFixed(2).replace('-', '−')}.
            </p>
          )}
          {leftOut && (
            <p class="quiet">
              Left out for their size: {formatCount(leftOut.count)} architectures; the best was{' '}
              {formatName(leftOut.name)} with {formatScore(leftOut.score)}.
            </p>
          )}
        </div>
        {curves.length > 0 && (
          <figure>
            <figcaption>The winner, retrained from scratch</figcaption>
            <CurvePlot
              curves={curves.map(({ seed, points }) => ({ name: `seed ${seed}`, points }))}
              threshold={head.threshold}
              height={200}
            />
          </figure>
        )}
      </div>
    </section>
  );
}
