/** One trial: its numbers, its learning curve, and its agent flying where the model was kept. */
import { useMemo } from 'preact/hooks';
import type { TrainingView } from '../protocol.ts';
import { hasEnded, type TrialRow } from './trial-row.ts';
import { CurvePlot } from './charts/curve-plot.tsx';
import { useCurves } from './curves.ts';
import { listAgents } from './flight/agents.ts';
import { Flight } from './flight/flight.tsx';
import { formatCount, formatDuration, formatName, formatScore } from './format.ts';
import { Facts, Layout, Notice, StateMark } from './layout.tsx';
import { type StudyView, useStudy } from './live.ts';
import { studyPath, trialPath } from './route.ts';
import { Resume } from './standing.tsx';
import { pointsSoFar } from './trainings.ts';

const phaseNames = {
  search: 'search',
  final: 'final scores of the search',
  control: 'random search at equal work',
} as const satisfies Record<TrialRow['phase'], string>;

const count = (value: number | undefined): string => (value === undefined ? '–' : formatCount(value));

interface TrialFactsProps {
  readonly trial: TrialRow;
  /** Of a trial that hasn't ended. */
  readonly training: TrainingView | undefined;
  readonly threshold: number | undefined;
}

function TrialFacts({ trial, training, threshold }: TrialFactsProps) {
  const { updates, solvedAt, seconds } = trial;
  const { score = training?.score, steps = training?.step, episodes = training?.episodes } = trial;
  const solved = score !== undefined && threshold !== undefined && score >= threshold;
  return (
    <Facts
      facts={[
        ['state', <StateMark key="state" state={trial.state} />],
        [
          'score',
          <b key="score" class={solved ? 'good' : undefined}>
            {formatScore(score)}
          </b>,
        ],
        ['parameters', formatCount(trial.parameterCount)],
        ['seed of the training', trial.seed],
        ['steps', `${count(steps)} of at most ${formatCount(trial.budget)}`],
        ['episodes', count(episodes)],
        ['updates', count(updates)],
        ['solved at step', count(solvedAt)],
        ['time', seconds === undefined ? '–' : formatDuration(seconds)],
        ['part of', phaseNames[trial.phase]],
      ]}
    />
  );
}

function Neighbours({ study, trial }: { study: StudyView; trial: TrialRow }) {
  const at = study.trials.indexOf(trial);
  const [before, after] = [study.trials[at - 1], study.trials[at + 1]];
  return (
    <p class="neighbours">
      {before && <a href={trialPath(study.head.id, before.number)}>← trial {before.number}</a>}
      {after && <a href={trialPath(study.head.id, after.number)}>trial {after.number} →</a>}
    </p>
  );
}

const noCurve = {
  running: 'The training is about to begin.',
  stopped: 'The study has stopped; the trial goes on with it.',
  complete: 'This trial has no learning curve of its own.',
  failed: 'This trial has no learning curve.',
} as const satisfies Record<TrialRow['state'], string>;

interface CurveProps {
  readonly study: StudyView;
  readonly trial: TrialRow;
  /** Of a trial that hasn't ended. */
  readonly training: TrainingView | undefined;
}

function Curve({ study, trial, training }: CurveProps) {
  const { number, state } = trial;
  const recorded = useCurves(study.head.id, hasEnded(trial) ? [number] : []).get(number);
  const soFar = useMemo(() => training && pointsSoFar(training), [training]);
  const points = soFar ?? recorded;
  const curves = useMemo(() => [{ name: `trial ${number}`, points: points ?? [] }], [number, points]);
  if (training === undefined && (points === undefined || points.length === 0)) {
    const isLoading = points === undefined && hasEnded(trial);
    return <p class="quiet empty">{isLoading ? 'Loading …' : noCurve[state]}</p>;
  }
  return <CurvePlot curves={curves} threshold={study.head.threshold} until={training?.totalSteps} />;
}

function TrialFlight({ study, trial }: { study: StudyView; trial: TrialRow }) {
  const { head, models, trials, verdict } = study;
  const agents = useMemo(() => listAgents(models, trials, verdict), [models, trials, verdict]);
  const file = models.find((model) => model.trial === trial.number)?.file;
  return (
    <section class="card" aria-labelledby="flight">
      <h2 id="flight">
        In flight
        <small>
          {file !== undefined
            ? 'this trial’s agent'
            : `this trial ${hasEnded(trial) ? 'has no model that was kept' : 'has not ended'}; another agent of the study flies`}
        </small>
      </h2>
      <Flight
        key={`${trial.number} ${file}`}
        file={file}
        study={head.id}
        agents={agents}
        environment={head.environment}
        threshold={head.threshold}
      />
    </section>
  );
}

function TrialBody({ study, number }: { study: StudyView; number: number }) {
  const trial = study.trials.find((candidate) => candidate.number === number);
  if (trial === undefined) {
    return (
      <p class="notice">
        {study.head.id} has no trial {number}. <a href={studyPath(study.head.id)}>The study</a>
      </p>
    );
  }
  const training = hasEnded(trial)
    ? undefined
    : study.trainings.find(({ key }) => key.kind === 'trial' && key.number === number);
  return (
    <>
      <h1>
        {formatName(trial.name)} <small>trial {number}</small>
      </h1>
      <TrialFacts trial={trial} training={training} threshold={study.head.threshold} />
      <Resume state={study.state} resume={hasEnded(trial) ? undefined : study.resume} />
      {trial.error !== undefined && <p class="notice problem">{trial.error}</p>}
      <div class="columns even">
        <section class="card" aria-labelledby="curve">
          <h2 id="curve">
            Learning curve<small>average return of the latest 100 episodes</small>
          </h2>
          <Curve study={study} trial={trial} training={training} />
        </section>
        <TrialFlight study={study} trial={trial} />
      </div>
      <Neighbours study={study} trial={trial} />
    </>
  );
}

export function TrialPage({ id, number }: { id: string; number: number }) {
  const { connection, value: study, error } = useStudy(id);
  const crumbs = [
    { title: id, path: studyPath(id) },
    { title: `trial ${number}`, path: trialPath(id, number) },
  ];
  return (
    <Layout title={`${id}, trial ${number}`} crumbs={crumbs} connection={connection}>
      {study === undefined || error !== undefined ? (
        <Notice connection={connection} error={error} what="study" />
      ) : (
        <TrialBody study={study} number={number} />
      )}
    </Layout>
  );
}
