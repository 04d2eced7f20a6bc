/** A study as it runs: how the search goes, what the controller prefers, its trials, its best agent flying. */
import { useMemo, useState } from 'preact/hooks';
import type { TrialRow } from './trial-row.ts';
import { CurvePlot } from './charts/curve-plot.tsx';
import { PolicyPlots } from './charts/policy-plots.tsx';
import { ProgressPlot } from './charts/progress-plot.tsx';
import { SizePlot } from './charts/size-plot.tsx';
import { useCurves } from './curves.ts';
import { listAgents } from './flight/agents.ts';
import { Flight } from './flight/flight.tsx';
import { formatCount, formatDate, formatName, formatScore } from './format.ts';
import { Age, Facts, Layout, Notice, StateMark } from './layout.tsx';
import { type StudyView, useStudy } from './live.ts';
import { studyPath, trialPath } from './route.ts';
import { TrialsTable } from './trials-table.tsx';
import { VerdictCard } from './verdict-card.tsx';

/** Learning curves at once: of the latest trials, or of those that were selected, at most. */
const latestCurves = 6;
const mostCurves = 12;

const isComplete = (trial: TrialRow): boolean => trial.state === 'complete';

/** Trials of a one-shot search train together and have no learning curves of their own. */
const hasCurves =
  ({ head }: StudyView) =>
  (trial: TrialRow) =>
    isComplete(trial) && (head.strategy !== 'enas' || trial.phase === 'control');

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
  const finished = search.filter((trial) => trial.state !== 'running').length;
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

function Curves({ study, selected }: { study: StudyView; selected: ReadonlySet<number> }) {
  const { head, trials } = study;
  const candidates = trials.filter(hasCurves(study));
  const shown =
    selected.size > 0
      ? candidates.filter(({ number }) => selected.has(number))
      : candidates.slice(-latestCurves);
  const points = useCurves(
    head.id,
    shown.map(({ number }) => number),
  );
  const key = shown.map(({ number }) => `${number}:${points.get(number)?.length}`).join();
  const curves = useMemo(
    () =>
      shown.map(({ number, name }) => ({
        name: `${number}: ${formatName(name)}`,
        points: points.get(number) ?? [],
      })),
    [key],
  );
  return (
    <section class="card" aria-labelledby="curves">
      <h2 id="curves">
        Learning curves
        <small>{selected.size > 0 ? 'selected trials' : 'latest trials; choose others in the table'}</small>
      </h2>
      {curves.length === 0 ? (
        <p class="quiet empty">No trial has ended yet.</p>
      ) : (
        <CurvePlot curves={curves} threshold={head.threshold} />
      )}
    </section>
  );
}

const NoScores = ({ head: { strategy } }: Pick<StudyView, 'head'>) => (
  <p class="quiet empty">
    No trial has ended yet{strategy === 'enas' ? ': the shared networks train for a while first' : ''}.
  </p>
);

function StudyBody({ study }: { study: StudyView }) {
  const { head, trials, policies, models, verdict } = study;
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
  const hasScores = trials.some(({ score }) => score !== undefined);
  const withCurves = head.strategy !== 'enas' || trials.some(({ phase }) => phase === 'control');
  return (
    <>
      <h1>{head.id}</h1>
      <StudyFacts study={study} />
      {verdict && <VerdictCard head={head} verdict={verdict} />}
      <div class="columns">
        <div class="column">
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
          {withCurves && <Curves study={study} selected={selected} />}
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
