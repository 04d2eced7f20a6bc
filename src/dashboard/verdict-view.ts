/** A study's verdict as the page shows it: without the episodes that it rests on. */
import { describeStanding } from '../report/verdict-facts.ts';
import { type Finalist, findWinner, isFoundByControl, type Verdict } from '../study/verdict.ts';
import type { FinalistRow, VerdictView } from './protocol.ts';

function describeField(finalists: readonly Finalist[]): readonly FinalistRow[] {
  const winner = findWinner(finalists);
  return finalists.map((finalist) => {
    const { name, parameterCount, score, trial } = finalist.candidate;
    return {
      name,
      parameterCount,
      searchScore: score,
      trial,
      standing: describeStanding(finalist, winner),
      summary: finalist.summary,
    };
  });
}

export function describeVerdict(verdict: Verdict): VerdictView {
  const { winner, finalists, leftOut, control, fidelity } = verdict;
  const best = findWinner(finalists);
  return {
    winner,
    finalists: describeField(finalists),
    leftOut: leftOut && { count: leftOut.count, name: leftOut.best.name, score: leftOut.best.score },
    control: control && {
      trials: control.trials,
      winner: control.winner,
      finalists: describeField(control.finalists),
      comparison: control.comparison,
      foundTheSame: isFoundByControl(verdict),
    },
    fidelity,
    curves: (best?.runs ?? []).flatMap((run) =>
      run.state === 'complete' ? [{ seed: run.seed, points: run.training.curve }] : [],
    ),
  };
}
