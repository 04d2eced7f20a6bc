/** What a report says first: the verdict in words and numbers, and the winner at work. */
import type { Interval } from '../statistics/interval.ts';
import type { StudySnapshot } from '../study/storage.ts';
import { type Finalist, findWinner, isFoundByControl, type Verdict } from '../study/verdict.ts';
import type { ChartedStudy } from './figure.ts';
import { html, type Html } from './html.ts';
import { formatCount, formatNumberOf, formatPercent, formatScore } from './number-format.ts';
import {
  describeVerdict,
  explainChoice,
  explainOutcome,
  formatDifference,
  formatRange,
  tabulateFinalists,
} from './verdict-facts.ts';

/** What a reader has to know before anything else: nothing of a study that is complete. */
export function noticeOf({ state, trials }: StudySnapshot, isRunning: boolean): Html | undefined {
  const ended = formatNumberOf(trials.filter((trial) => trial.state !== 'running').length, 'finished trial');
  const notice = (text: string, goesOn: boolean) =>
    html`<p class="notice">${text} What follows is its record so far, ${ended}.${goesOn && html` <code>touchdown resume</code> goes on with it.`}</p>\n`;
  switch (state) {
    case 'complete':
      return undefined;
    case 'running':
      return isRunning
        ? notice('This study still runs.', false)
        : notice('This study is not over: its process was killed.', true);
    case 'interrupted':
      return notice('This study was stopped before its end.', true);
    case 'failed':
      return notice('This study failed by an error that is not of a trial, such as a full disk.', true);
    default:
      return state satisfies never;
  }
}

const bounds = (interval: Interval | undefined): string =>
  interval === undefined ? 'too few runs for an interval' : `95 % interval ${formatRange(interval)}`;

const tile = (name: string, value: string, rest: string): Html =>
  html`<li class="tile"><small>${name}</small><strong>${value}</strong><small>${rest}</small></li>\n`;

/** The numbers that matter most. */
function tilesOf(verdict: Verdict, winner: Finalist, threshold: number | undefined): Html {
  const { summary, candidate } = winner;
  const comparison = verdict.control?.comparison;
  return html`<ul class="tiles">
${summary && tile('interquartile mean', formatScore(summary.interquartileMean), bounds(summary.interval))}${
  threshold !== undefined &&
  summary?.solvedShare !== undefined &&
  tile(`episodes ≥ ${threshold}`, formatPercent(summary.solvedShare), 'of those after retraining')
}${
  comparison
    ? tile(
        'search − random search',
        formatDifference(comparison.difference),
        isFoundByControl(verdict) ? 'both found the same' : bounds(comparison.interval),
      )
    : tile('search − random search', 'unknown', 'no control')
}${tile('parameters', formatCount(candidate.parameterCount), candidate.name)}</ul>
`;
}

/** Two or three sentences: who won, whether it was worth it. */
function leadOf(verdict: Verdict, winner: Finalist, { study, threshold }: ChartedStudy): Html {
  const { seeds } = study.configuration.verification;
  const { candidate, runs, summary } = winner;
  const score = summary?.interquartileMean ?? 0;
  const solved =
    threshold === undefined
      ? ''
      : score >= threshold
        ? `, above the ${threshold} that count as solved`
        : `, short of the ${threshold} that count as solved`;
  const { control } = verdict;
  const comparison = control?.comparison;
  const effort = control && `${formatPercent(control.work / control.searchWork)} of its work`;
  const outcome =
    control === undefined
      ? html`There is no control: nothing here shows that the search beats random search (<code>--control</code> runs one).`
      : comparison === undefined
        ? html`The control has no winner to compare with.`
        : isFoundByControl(verdict)
          ? html`Random search with ${effort} found the same.`
          : html`Against random search with ${effort}: ${explainOutcome(comparison, seeds)}.`;
  return html`<p class="lead"><strong>${candidate.name}</strong> wins: ${explainChoice(verdict.finalists, seeds)}. Over ${formatNumberOf(runs.length, 'retraining')} from scratch it scores <strong>${formatScore(score)}</strong>${solved}.</p>
<p class="lead">${outcome}</p>
`;
}

function finalistTable({ finalists }: Verdict, threshold: number | undefined): Html {
  const { columns, rows } = tabulateFinalists(finalists, threshold);
  const numberClass = (i: number) => (columns[i].isNumber ? 'number' : '');
  return html`<div class="scroll" role="region" aria-label="The finalists" tabindex="0"><table>
<thead><tr>${columns.map(({ title }, i) => html`<th scope="col" class="${numberClass(i)}">${title === '' ? 'standing' : title}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([name, ...cells]) =>
    html`<tr><th scope="row">${name}</th>${cells.map((cell, i) => html`<td class="${numberClass(i + 1)}">${cell}</td>`)}</tr>\n`,
)}</tbody></table></div>
`;
}

export function verdictPart(charted: ChartedStudy): Html {
  const { study, threshold } = charted;
  const { verdict, state, configuration } = study;
  if (verdict === undefined) {
    const reason =
      state === 'complete'
        ? 'No trial completed, so there is no winner.'
        : 'There is no verdict: finalists are retrained and compared when the search is over.';
    return html`<p class="lead">${reason}</p>\n`;
  }
  const winner = verdict.winner && findWinner(verdict.finalists);
  const facts = describeVerdict(verdict, configuration);
  return html`${winner && [leadOf(verdict, winner, charted), tilesOf(verdict, winner, threshold)]}<dl>
${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value.replaceAll(/ {2,}/g, ', ')}</dd>\n`)}</dl>
${verdict.finalists.length > 0 && finalistTable(verdict, threshold)}`;
}

/** @param film of the winner, if there is one. */
export function filmPart({
  study,
  film,
}: ChartedStudy & {
  readonly film: { readonly bytes: Uint8Array; readonly seed: number } | undefined;
}): Html {
  const winner = study.verdict?.winner;
  if (film === undefined || winner === undefined) {
    return html`<p>There is no film: ${winner === undefined ? 'the study has no winner' : 'the model of the winner is not in its folder'}.</p>\n`;
  }
  const data = Buffer.from(film.bytes).toString('base64');
  const what = `${winner.name}, the run that is kept, in a greedy episode on seed ${film.seed}`;
  return html`<figure>
<video controls loop muted playsinline src="data:video/mp4;base64,${data}" aria-label="Film: ${what}"></video>
<figcaption>${what}. One episode shows how it flies, not how well: the scores are means of many.</figcaption>
</figure>
`;
}
