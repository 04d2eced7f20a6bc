/** Finalists while they are trained from scratch: what is there before the verdict. */
import type { StudyHead, TrainingView } from '../protocol.ts';
import { CurvePlot } from './charts/curve-plot.tsx';
import { formatName, formatScore } from './format.ts';
import { pointsSoFar, raceRows, shareDone } from './trainings.ts';

/** At once. */
const mostCurves = 8;

export interface RaceCardProps {
  readonly head: StudyHead;
  /** Those of finalists, at least one. */
  readonly trainings: readonly TrainingView[];
  readonly isRunning: boolean;
}

const hasEnded = ({ score }: TrainingView): boolean => score !== undefined;

function nameOf({ key }: TrainingView): string {
  return key.kind === 'retraining' ? `${formatName(key.name)}, seed ${key.round}` : '';
}

/** Those that run, and the latest of the others while there is room. */
function pickCurves(trainings: readonly TrainingView[]): readonly TrainingView[] {
  const running = trainings.filter((training) => !hasEnded(training)).slice(0, mostCurves);
  const room = mostCurves - running.length;
  const ended = room === 0 ? [] : trainings.filter(hasEnded).slice(-room);
  // In the order in which they began, so that their colours stay.
  return trainings.filter((training) => running.includes(training) || ended.includes(training));
}

function Cell({ training, head }: { training: TrainingView | undefined; head: StudyHead }) {
  if (training === undefined) return <td class="number quiet">–</td>;
  const { score } = training;
  if (score === undefined) return <td class="number quiet">{shareDone(training)}</td>;
  const solved = head.threshold !== undefined && score >= head.threshold;
  return <td class={solved ? 'number good' : 'number'}>{formatScore(score)}</td>;
}

export function RaceCard({ head, trainings, isRunning }: RaceCardProps) {
  const rows = raceRows(trainings);
  const rounds = [...new Set(rows.flatMap((row) => [...row.rounds.keys()]))].sort((a, b) => a - b);
  const curves = pickCurves(trainings).map((training) => ({
    name: nameOf(training),
    points: pointsSoFar(training),
  }));
  return (
    <section class="card race" aria-labelledby="race">
      <h2 id="race">
        Finalists
        <small>
          trained from scratch on fresh seeds{isRunning ? '; the verdict follows' : ', as far as they came'}
        </small>
      </h2>
      <div class="verdict-grid">
        <CurvePlot
          curves={curves}
          threshold={head.threshold}
          until={Math.max(...trainings.map(({ totalSteps }) => totalSteps))}
          height={220}
        />
        <div class="scroll">
          <table class="finalists">
            <thead>
              <tr>
                <th class="name">finalist</th>
                {rounds.map((round) => (
                  <th key={round} class="number">
                    seed {round}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name}>
                  <td class="name">{formatName(row.name)}</td>
                  {rounds.map((round) => (
                    <Cell key={round} training={row.rounds.get(round)} head={head} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </section>
  );
}
