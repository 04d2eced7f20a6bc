/** `touchdown train`: one agent, from scratch to a model file and a picture of its learning curve. */
import os from 'node:os';
import { basename } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { countActions, parseDqnHyperparameters } from '../../agents/dqn.ts';
import { testSeeds } from '../../agents/seeds.ts';
import type { TrainingProgress } from '../../agents/train.ts';
import type { EnvironmentSpec } from '../../environments/environment.ts';
import { createVectorEnvironment } from '../../environments/registry.ts';
import { InlineExecutor } from '../../execution/inline.ts';
import { countParameters, formatArchitecture, parseArchitecture } from '../../networks/architecture.ts';
import type { Model } from '../../networks/model.ts';
import { saveModel } from '../../networks/model-file.ts';
import { TrainingRun } from '../../report/training-runs.ts';
import { videoKind } from '../../report/video-kind.ts';
import { RandomStream } from '../../random/random-stream.ts';
import { type ReturnSummary, summariseReturns } from '../../statistics/return-summary.ts';
import type { CompleteResult, TrialJob } from '../../study/executor.ts';
import { createModel } from '../../study/trained-model.ts';
import { withExamples } from '../examples.ts';
import { withInterrupt } from '../interrupt.ts';
import { hyperparameterOptions, options, pickEnvironmentOptions, pickHyperparameters } from '../options.ts';
import { filmLearning, StageKeeper } from '../learning-film.ts';
import { tell } from '../messages.ts';
import { displayPath, freeFolder, prepareOutput } from '../output.ts';
import { createProgress, formatDuration } from '../progress.ts';
import { formatCount } from '../../report/number-format.ts';
import { describeReturns, formatFacts } from '../summary.ts';

interface TrainValues {
  readonly env: string;
  readonly enableWind?: true;
  readonly gravity?: number;
  readonly architecture: string;
  readonly totalTimesteps: number;
  readonly stopWhenSolved?: true;
  readonly seed: number;
  readonly threads?: number;
  readonly episodes: number;
  readonly film?: string;
  readonly tensorboard?: string;
  readonly output?: string;
  readonly overwrite?: true;
  readonly json?: true;
}

/** Threads that share updates where nobody says how many. */
const mostThreads = 4;

/** What is to be done, checked as far as it can be before it is done. */
function createJob(values: TrainValues): { job: TrialJob; environment: EnvironmentSpec; outputs: number } {
  const architecture = parseArchitecture(values.architecture);
  const environment = createVectorEnvironment(values.env, 1, pickEnvironmentOptions(values)).spec;
  const outputs = countActions(environment);
  const job: TrialJob = {
    environment: { id: environment.id, options: environment.options },
    architecture: formatArchitecture(architecture),
    hyperparameters: parseDqnHyperparameters(pickHyperparameters({ ...values })),
    totalSteps: values.totalTimesteps,
    stopWhenSolved: values.stopWhenSolved ?? false,
    seed: values.seed,
    evaluationSeeds: testSeeds(new RandomStream(values.seed).fork('test'), values.episodes),
  };
  return { job, environment, outputs };
}

const describeProgress = ({ episodes, averageReturn, epsilon }: TrainingProgress): string => {
  const average = averageReturn === undefined ? '' : ` · average of 100: ${averageReturn.toFixed(1)}`;
  return `${formatCount(episodes)} episodes${average} · epsilon ${epsilon.toFixed(2)}`;
};

/** What a training leaves behind on its way, as far as it is asked for. */
interface Witnesses {
  readonly snapshots: StageKeeper | undefined;
  /** Of TensorBoard. */
  readonly run: TrainingRun | undefined;
}

/** Trains and evaluates, showing how it goes. @throws Error when the training fails or is stopped. */
async function runJob(
  job: TrialJob,
  threads: number | undefined,
  { snapshots, run }: Witnesses,
): Promise<CompleteResult> {
  const executor = new InlineExecutor(threads ?? Math.min(os.availableParallelism(), mostThreads));
  const display = createProgress(job.totalSteps, 'steps');
  let last: TrainingProgress | undefined;
  const onProgress = (progress: TrainingProgress): void => {
    if (progress.solvedAt !== undefined && last?.solvedAt === undefined) {
      display.note(`solved after ${formatCount(progress.solvedAt)} steps`);
    }
    last = progress;
    run?.add(progress);
    display.update(progress.step, describeProgress(progress));
  };
  try {
    const result = await withInterrupt((signal) => executor.run(job, { signal, onProgress, snapshots }));
    display.finish();
    if (result.state === 'failed') throw new Error(result.error);
    run?.close(result.training.curve.at(-1));
    return result;
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    throw new Error(`stopped after ${formatCount(last?.step ?? 0)} steps; no model was written`, {
      cause: error,
    });
  }
}

async function drawLearningCurve(
  base: string,
  job: TrialJob,
  result: CompleteResult,
  summary: ReturnSummary,
  threshold?: number,
) {
  const { curve } = result.training;
  if (curve.length === 0) return undefined;
  // Loaded only here: the chart library takes longer to start than the rest of the command.
  const { writeChart } = await import('../../report/charts.ts');
  const { learningCurveChart } = await import('../../report/learning-curve-chart.ts');
  const chart = learningCurveChart({
    environment: job.environment.id,
    threshold,
    curves: [
      {
        name: `${job.architecture}, seed ${job.seed}`,
        points: curve.map(({ step, averageReturn }) => ({ steps: step, averageReturn })),
        evaluation: { episodes: summary.count, mean: summary.mean, interval: summary.interval },
      },
    ],
  });
  return writeChart(base, chart);
}

async function filmStages(path: string | undefined, stages: StageKeeper | undefined, model: Model) {
  if (path === undefined || stages === undefined) return undefined;
  const { environment } = model.metadata;
  return withInterrupt((signal) => filmLearning(stages.filmed, model, { environment, path, signal }));
}

async function train(values: TrainValues): Promise<void> {
  const { job, environment, outputs } = createJob(values);
  const name = job.architecture.replaceAll(',', '-');
  const file = values.output ?? `runs/${environment.id}_${name}_seed-${job.seed}.safetensors`;
  const base = file.replace(/\.safetensors$/, '');
  if (values.film !== undefined) videoKind(values.film);
  for (const path of [
    file,
    `${base}.svg`,
    `${base}.png`,
    ...(values.film === undefined ? [] : [values.film]),
  ])
    await prepareOutput(path, values.overwrite ?? false);
  const inputs = environment.observationSpace.low.length;
  const size = formatCount(countParameters(parseArchitecture(job.architecture), inputs, outputs));
  tell(`training ${job.architecture} (${size} parameters) on ${environment.id}, seed ${job.seed}`);

  const stages = values.film === undefined ? undefined : new StageKeeper(job.totalSteps);
  const run =
    values.tensorboard === undefined
      ? undefined
      : new TrainingRun(freeFolder(values.tensorboard, basename(base)));
  const result = await runJob(job, values.threads, { snapshots: stages, run });
  const summary = summariseReturns(result.returns, environment.rewardThreshold);
  const scores = {
    evaluationEpisodes: summary.count,
    evaluationMean: summary.mean,
    ...(summary.standardDeviation !== undefined && {
      evaluationStandardDeviation: summary.standardDeviation,
    }),
  };
  const model = createModel(job, result, inputs, outputs, scores);
  await saveModel(file, model);
  const chart = await drawLearningCurve(base, job, result, summary, environment.rewardThreshold);
  const film = await filmStages(values.film, stages, model);

  const { seconds } = result;
  const { steps, episodes, updates, solvedAt } = result.training;
  if (values.json) {
    console.log(
      JSON.stringify({
        model: file,
        chart,
        film: film?.path,
        tensorboard: run?.folder,
        steps,
        episodes,
        updates,
        solvedAt,
        seconds,
        evaluation: summary,
      }),
    );
    return;
  }
  const took = `${formatDuration(seconds)} (${formatCount(steps / seconds)} steps/s)`;
  console.log(
    formatFacts([
      [
        'trained',
        `${formatCount(steps)} steps, ${formatCount(episodes)} episodes, ${formatCount(updates)} updates in ${took}`,
      ],
      ['solved', solvedAt === undefined ? 'no' : `after ${formatCount(solvedAt)} steps`],
      ['evaluated', `${formatCount(summary.count)} greedy episodes on unseen seeds`],
      ...describeReturns(summary),
      ['model', displayPath(file)],
      ...(chart ? [['learning curve', displayPath(chart.png)] as const] : []),
      ...(film ? [['film', displayPath(film.path)] as const] : []),
      ...(run ? [['tensorboard', displayPath(run.folder)] as const] : []),
    ]),
  );
}

export function createTrainCommand(): CommandUnknownOpts {
  const command = new Command('train')
    .description('Train one agent by Double DQN; ends with a model file and a picture of its learning curve.')
    .addOption(options.env())
    .addOption(options.enableWind())
    .addOption(options.gravity())
    .addOption(options.architecture().default('128,relu,128,relu'))
    .addOption(options.totalTimesteps(600_000))
    .addOption(options.seed())
    .addOption(options.threads())
    .option('--stop-when-solved', "end once the average of 100 episodes reaches the environment's threshold")
    .addOption(options.episodes(500, 'greedy episodes on unseen seeds at the end'))
    .option('--film <file>', 'a film of learning, .mp4 or .gif: the agent at six stages, side by side')
    .addOption(options.tensorboard('the learning curve'))
    .addOption(options.output('model file (default: runs/ENV_ARCHITECTURE_SEED.safetensors)'))
    .addOption(options.overwrite())
    .addOption(options.json());
  for (const option of hyperparameterOptions()) command.addOption(option);
  return withExamples(
    command.action(() => train(command.opts())),
    [
      'touchdown train --architecture 128,relu,128,relu',
      'touchdown train -a 64,tanh,dueling -n 300k --gamma 0.995 --output model.safetensors',
      'touchdown train --film learning.mp4',
    ],
  );
}
