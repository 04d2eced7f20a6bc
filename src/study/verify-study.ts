/** From what a search found to its verdict: picks the finalists, has them retrained, keeps the winner's model. */
import type { Racer } from './racing.ts';
import type { ControlOutcome, SearchOutcome, StudyRun, StudyTask } from './study-task.ts';
import type { Candidate } from './trial.ts';
import { createVerdict, findWinner, type LeftOut, medianRun, type Verdict } from './verdict.ts';
import { Verification } from './verification.ts';

/** The candidates to be retrained, and those that would take too long. */
function pickFinalists({ configuration, samples }: StudyTask, ranking: readonly Candidate[]) {
  const tooLarge = ranking.filter(({ sample }) => samples.isTooLarge(sample));
  const leftOut: LeftOut | undefined =
    tooLarge.length === 0 ? undefined : { count: tooLarge.length, best: tooLarge[0] };
  const fitting = ranking.filter(({ sample }) => !samples.isTooLarge(sample));
  return { finalists: fitting.slice(0, configuration.verification.finalists), leftOut };
}

function createVerification(
  { configuration, samples, seeds }: StudyTask,
  { executor, signal, onEvent }: StudyRun,
): Verification {
  const { steps, episodes } = configuration.verification;
  const evaluationSeeds = seeds.testEpisodes(episodes);
  return new Verification({
    executor,
    signal,
    jobOf: ({ sample }, round) => ({
      ...samples.jobBase(sample),
      totalSteps: steps,
      stopWhenSolved: false,
      seed: seeds.verification(round),
      evaluationSeeds,
    }),
    onProgress: ({ name }, round, progress) => onEvent({ kind: 'run-progress', name, round, progress }),
    onRun: ({ name }, round, run) => onEvent({ kind: 'run-finished', name, round, run }),
    onStop: ({ name }, round) => onEvent({ kind: 'run-stopped', name, round }),
    onDrop: (racer, field) =>
      onEvent({ kind: 'finalist-dropped', racer, phase: field === 0 ? 'search' : 'control' }),
  });
}

/** The model of the winner's run of median score. */
async function saveWinner(
  winner: Racer | undefined,
  verification: Verification,
  { samples }: StudyTask,
  { recorder }: StudyRun,
): Promise<void> {
  const run = winner && medianRun(winner);
  const trained = run && verification.trainedBy(run);
  if (!trained) return;
  const scores = { evaluationMean: run.score, evaluationEpisodes: run.returns.length };
  await recorder.saveModel(
    { kind: 'model', path: 'models/winner.safetensors', trial: undefined },
    samples.createModel(trained.job, trained.result, scores),
  );
}

/** @param control undefined where the study has none. */
export async function verifyStudy(
  task: StudyTask,
  { ranking }: SearchOutcome,
  control: ControlOutcome | undefined,
  run: StudyRun,
): Promise<Verdict> {
  const { configuration, environment, seeds } = task;
  const { recorder, onEvent } = run;
  const { finalists, leftOut } = pickFinalists(task, ranking);
  const controls = control && pickFinalists(task, control.ranking).finalists;
  onEvent({ kind: 'verification-started', finalists, control: controls, leftOut });
  const verification = createVerification(task, run);
  const fields = controls === undefined ? [finalists] : [finalists, controls];
  const [raced, controlRaced] = await verification.run(fields, configuration.verification.seeds);
  const verdict = createVerdict({
    finalists: raced,
    leftOut,
    control: control && { work: control.work, searchWork: control.searchWork, finalists: controlRaced },
    ranking,
    trials: recorder.trials,
    threshold: environment.rewardThreshold,
    random: seeds.bootstrap,
  });
  await saveWinner(findWinner(verdict.finalists), verification, task, run);
  onEvent({ kind: 'verdict', verdict });
  return verdict;
}
