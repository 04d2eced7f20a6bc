/** The trials of a study as a table: all of them, or of too many the best and the worst. */
import type { StudySnapshot } from '../study/storage.ts';
import { compareTrials, type CompleteTrial, type Trial, type TrialPhase } from '../study/trial.ts';
import { html, type Html } from './html.ts';
import { formatCount, formatNumberOf, formatScore } from './number-format.ts';

/** Rows, at most, of which so many are the worst trials. */
const [mostRows, worstRows] = [500, 100];

const phases: readonly TrialPhase[] = ['final', 'search', 'control'];

const phaseNames: Readonly<Record<TrialPhase, string>> = {
  final: 'final score',
  search: 'search',
  control: 'control',
};

interface Selection {
  readonly shown: readonly Trial[];
  /** What is shown of how many, in words. */
  readonly words: string;
}

/** Phase by phase, best first; then what failed or still runs. */
function rank(trials: readonly Trial[]): { complete: CompleteTrial[]; others: Trial[] } {
  const complete = phases.flatMap((phase) =>
    trials
      .filter((trial) => trial.state === 'complete')
      .filter((trial) => trial.phase === phase)
      .toSorted(compareTrials),
  );
  return { complete, others: trials.filter(({ state }) => state !== 'complete') };
}

export function selectTrials(trials: readonly Trial[]): Selection {
  const { complete, others } = rank(trials);
  const all = formatNumberOf(trials.length, 'trial');
  if (trials.length <= mostRows) {
    return { shown: [...complete, ...others], words: `All ${all}, best first.` };
  }
  const [best, worst] = [complete.slice(0, mostRows - worstRows), complete.slice(-worstRows)];
  const between = complete.slice(best.length, -worstRows).length;
  const shownOthers = others.slice(0, worstRows);
  const [shownCount, otherCount] = [shownOthers.length, others.length].map(formatCount);
  const rest = others.length === 0 ? '' : ` Of ${otherCount} that failed or still run, ${shownCount}.`;
  const shown = between <= 0 ? complete : [...best, ...worst];
  const what =
    between <= 0
      ? `The ${formatCount(complete.length)} complete ones`
      : `The best ${formatCount(best.length)} and the worst ${formatCount(worst.length)}`;
  const left =
    between <= 0 ? '' : `; the ${formatCount(between)} between them are in the study's record only`;
  return { shown: [...shown, ...shownOthers], words: `${what} of ${all}${left}.${rest}` };
}

function stateOf(trial: Trial): Html {
  if (trial.state !== 'failed') return html`<td>${trial.state}</td>`;
  return html`<td class="error">failed: ${trial.error}</td>`;
}

function row(trial: Trial): Html {
  const { number, phase, name, parameterCount, budget, seed } = trial;
  const isComplete = trial.state === 'complete';
  const cell = (value: number | undefined, text: string) =>
    html`<td class="number" data-value="${value}">${text}</td>`;
  const steps = isComplete ? trial.training.steps : undefined;
  return html`<tr>${cell(number, String(number))}<td>${phaseNames[phase]}</td><th scope="row">${name}</th>${cell(parameterCount, formatCount(parameterCount))}${
    isComplete ? cell(trial.score, formatScore(trial.score)) : cell(undefined, '')
  }${cell(steps ?? budget, formatCount(steps ?? budget))}${
    trial.state === 'running' ? cell(undefined, '') : cell(trial.seconds, formatScore(trial.seconds))
  }${cell(seed, String(seed))}${stateOf(trial)}</tr>
`;
}

/** The table with what it shows in words; a sentence where there are no trials. */
export function trialTable({ trials }: StudySnapshot): Html {
  if (trials.length === 0) return html`<p>There are no trials yet.</p>`;
  const { shown, words } = selectTrials(trials);
  const number = (title: string) => html`<th scope="col" class="number">${title}</th>`;
  const word = (title: string) => html`<th scope="col">${title}</th>`;
  const isMixed = new Set(trials.map(({ phase }) => phase)).size > 1;
  return html`<p>${words}${isMixed && " Scores of different phases can't be compared with each other."}</p>
<div class="scroll" role="region" aria-labelledby="trials-title" tabindex="0"><table class="sortable">
<thead><tr>${number('trial')}${word('phase')}${word('architecture')}${number('parameters')}${number('score')}${number('steps')}${number('seconds')}${number('seed')}${word('state')}</tr></thead>
<tbody>
${shown.map(row)}</tbody></table></div>`;
}
