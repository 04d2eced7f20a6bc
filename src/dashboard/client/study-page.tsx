/** A study as it runs: how the search goes, what the controller prefers, its trials, its best agent flying. */
import { useMemo, useState } from 'preact/hooks';
import type { CurvePoint, TrainingView } from '../protocol.ts';
import { hasEnded, type TrialRow } from './trial-row.ts';
import { CurvePlot } from './charts/curve-plot.tsx';
import { PolicyPlots } from './charts/policy-plots.tsx';
import { ProgressPlot } from './charts/progress-plot.tsx';
import { SizePlot } from './charts/size-plot.tsx';
import { useCurves } from './curves.ts';
import { listAgents } from './flight/agents.ts';
import { Flight } from './flight/flight.tsx';
import { formatCount, formatDate, formatName, formatScore, formatShort } from './format.ts';
import { Age, Facts, Layout, Notice, StateMark } from './layout.tsx';
import { type StudyView, useStudy } from './live.ts';
import { RaceCard } from './race-card.tsx';
import { studyPath, trialPath } from './route.ts';
import { Resume, StandingLine } from './standing.tsx';
import { pointsSoFar, trainingsOfTrials } from './trainings.ts';
import { TrialsTable } from './trials-table.tsx';
import { VerdictCard } from './verdict-card.tsx';

/** Learning curves at once: of the latest trials, or of those that were selected, at most. */
const latestCurves = 6;
const mostCurves = 12;

/** Whether a trial's curve is recorded: those of a one-shot search train together and have none of their own. */
const hasCurve = ({ head }: StudyView, { state, phase }: TrialRow): boolean =>
  state === 'complete' && (head.strategy !== 'enas' || phase === 'control');

function bestOf(trials: readonly TrialRow[]): TrialRow | undefined {
  let best: TrialRow | undefined;
  for (const trial of trials) {
    if (trial.phase === 'control' || trial.score === undefined) continue;
    if (best?.score === undefined || trial.score > best.score) best = trial;
  }
  return best;
}

function StudyFacts({ study }: { study: StudyView }) {
  const { head, trials, state, changedAt } = study;
  const search = trials.filter(({ phase }) => phase !== 'control');
  const finished = search.filter(hasEnded).length;
  const failed = trials.filter((trial) => trial.state === 'failed').length;
  const control = trials.filter(({ phase }) => phase === 'control').length;
  const best = bestOf(trials);
  const { threshold } = head;
  const solved = best?.score !== undefined && threshold !== undefined && best.score >= threshold;
  const { planned } = head;
  return (
    <Facts
      facts={[
        ['state', <StateMark key="state" state={state} />],
        [
          'trials',
          <>
            <b>{formatCount(finished)}</b>
            {planned !== undefined && ` of ${formatCount(planned)}`}
            {failed > 0 && `, ${formatCount(failed)} failed`}
            {control > 0 && `, ${formatCount(control)} of the control`}
          </>,
        ],
        [
          'best score',
          best ? (
            <>
              <b class={solved ? 'good' : undefined}>{formatScore(best.score)}</b>{' '}
              <a href={trialPath(head.id, best.number)}>{formatName(best.name)}</a>
            </>
          ) : (
            '–'
          ),
        ],
        ['strategy', `${head.strategy} on ${head.space}`],
        ['environment', head.environment.id],
        ['seed', head.seed],
        ['last change', <Age key="age" since={changedAt} />],
      ]}
    />
  );
}

interface CurvesProps {
  readonly study: StudyView;
  readonly selected: ReadonlySet<number>;
  /** Of trials, by number. */
  readonly trainings: ReadonlyMap<number, TrainingView>;
}

/** Trials that run, and the latest others while there is room. */
function pickLatest(candidates: readonly TrialRow[]): readonly TrialRow[] {
  const running = candidates.filter((trial) => !hasEnded(trial)).slice(-mostCurves);
  const room = Math.max(0, latestCurves - running.length);
  const ended = room === 0 ? [] : candidates.filter(hasEnded).slice(-room);
  return [...ended, ...running];
}

function Curves({ study, selected, trainings }: CurvesProps) {
  const { head, trials, state } = study;
  const candidates = trials.filter((trial) =>
    hasEnded(trial) ? hasCurve(study, trial) : trainings.has(trial.number),
  );
  const shown =
    selected.size > 0 ? candidates.filter(({ number }) => selected.has(number)) : pickLatest(candidates);
  const running = shown.flatMap((trial) => (hasEnded(trial) ? [] : (trainings.get(trial.number) ?? [])));
  const fetched = useCurves(
    head.id,
    shown.filter(hasEnded).map(({ number }) => number),
  );
  const pointsOf = (trial: TrialRow): readonly CurvePoint[] => {
    const training = hasEnded(trial) ? undefined : trainings.get(trial.number);
    return training ? pointsSoFar(training) : (fetched.get(trial.number) ?? []);
  };
  const key = shown.map((trial) => `${trial.number}:${pointsOf(trial).at(-1)?.step}`).join();
  const curves = useMemo(
    () =>
      shown.map((trial) => ({ name: `${trial.number}: ${formatName(trial.name)}`, points: pointsOf(trial) })),
    [key],
  );
  // The same for a while, so that the axis stays as it is while curves grow.
  const until =
    running.length === 0
      ? undefined
      : Math.max(...running.map(({ totalSteps }) => totalSteps), ...shown.map(({ steps = 0 }) => steps));
  const which = running.length > 0 && state === 'running' ? 'running and latest trials' : 'latest trials';
  return (
    <section class="card" aria-labelledby="curves">
      <h2 id="curves">
        Learning curves
        <small>{selected.size > 0 ? 'selected trials' : `${which}; choose others in the table`}</small>
      </h2>
      {curves.length === 0 ? (
        <p class="quiet empty">No trial has begun yet.</p>
      ) : (
        <CurvePlot curves={curves} threshold={head.threshold} until={until} />
      )}
    </section>
  );
}

/** The one training of a one-shot search. */
function SharedTraining({ head, training }: { head: StudyView['head']; training: TrainingView }) {
  const { step, totalSteps, averageReturn } = training;
  const curves = useMemo(
    () => [{ name: 'all architectures together', points: pointsSoFar(training) }],
    [training],
  );
  return (
    <section class="card" aria-labelledby="shared">
      <h2 id="shared">
        Shared training
        <small>
          step {formatShort(step)} of {formatShort(totalSteps)}, average return {formatScore(averageReturn)}
        </small>
      </h2>
      <CurvePlot curves={curves} threshold={head.threshold} until={totalSteps} height={220} />
    </section>
  );
}

const NoScores = ({ head: { strategy } }: Pick<StudyView, 'head'>) => (
  <p class="quiet empty">
    No trial has ended yet{strategy === 'enas' ? ': the shared networks train for a while first' : ''}.
  </p>
);

function StudyBody({ study }: { study: StudyView }) {
  const { head, trials, policies, models, verdict, trainings, state } = study;
  const { versions } = head;
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const select = (number: number, chosen: boolean) =>
    setSelected((before) => {
      const after = new Set([...before].slice(chosen ? 1 - mostCurves : 0));
      if (chosen) after.add(number);
      else after.delete(number);
      return after;
    });
  const agents = useMemo(() => listAgents(models, trials, verdict), [models, trials, verdict]);
  const modelTrials = useMemo(
    () => new Set(models.flatMap(({ trial }) => (trial === undefined ? [] : [trial]))),
    [models],
  );
  const ofTrials = useMemo(() => trainingsOfTrials(trainings), [trainings]);
  const shared = trainings.find(({ key }) => key.kind === 'shared');
  const retrainings = trainings.filter(({ key }) => key.kind === 'retraining');
  const hasScores = trials.some(({ score }) => score !== undefined);
  const withCurves = head.strategy !== 'enas' || trials.some(({ phase }) => phase === 'control');
  return (
    <>
      <h1>{head.id}</h1>
      <StudyFacts study={study} />
      <StandingLine state={state} standing={study.standing} />
      <Resume state={state} resume={study.resume} />
      {retrainings.length > 0 && (
        <RaceCard head={head} trainings={retrainings} isRunning={state === 'running'} />
      )}
      {verdict && <VerdictCard head={head} verdict={verdict} />}
      <div class="columns">
        <div class="column">
          {shared && <SharedTraining head={head} training={shared} />}
          <section class="card" aria-labelledby="progress">
            <h2 id="progress">
              Search<small>scores of sampled architectures</small>
            </h2>
            {hasScores ? <ProgressPlot head={head} trials={trials} /> : <NoScores head={head} />}
          </section>
          {policies.length > 0 && (
            <section class="card" aria-labelledby="controller">
              <h2 id="controller">
                Controller<small>probability of every choice</small>
              </h2>
              <PolicyPlots head={head} policies={policies} />
            </section>
          )}
          {withCurves && <Curves study={study} selected={selected} trainings={ofTrials} />}
        </div>
        <div class="column side">
          <section class="card flight-card" aria-labelledby="flight">
            <h2 id="flight">
              In flight<small>in this page, the same bits as in Node</small>
            </h2>
            <Flight
              study={head.id}
              agents={agents}
              environment={head.environment}
              threshold={head.threshold}
            />
          </section>
          <section class="card" aria-labelledby="size">
            <h2 id="size">
              Score and size<small>click for a trial</small>
            </h2>
            {hasScores ? <SizePlot head={head} trials={trials} /> : <NoScores head={head} />}
          </section>
        </div>
      </div>
      <section class="card" aria-labelledby="trials">
        <h2 id="trials">Trials</h2>
        <TrialsTable
          study={head.id}
          trials={trials}
          threshold={head.threshold}
          trainings={ofTrials}
          models={modelTrials}
          selected={withCurves ? selected : undefined}
          onSelect={select}
        />
      </section>
      <p class="foot">
        Begun {formatDate(head.createdAt)}, computed by touchdown {versions.touchdown} on Node {versions.node}{' '}
        with the kernels {versions.kernels}.
      </p>
    </>
  );
}

export function StudyPage({ id }: { id: string }) {
  const { connection, value: study, error } = useStudy(id);
  return (
    <Layout title={id} crumbs={[{ title: id, path: studyPath(id) }]} connection={connection}>
      {study === undefined || error !== undefined ? (
        <Notice connection={connection} error={error} what="study" />
      ) : (
        <StudyBody study={study} />
      )}
    </Layout>
  );
}
