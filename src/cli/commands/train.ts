/** `touchdown train`: one agent, from scratch to a model file and a learning curve. */
import { setImmediate } from 'node:timers/promises';
import { Command } from '@commander-js/extra-typings';
import { parseDqnHyperparameters } from '../../agents/dqn.ts';
import { evaluate } from '../../agents/evaluate.ts';
import { testSeeds } from '../../agents/seeds.ts';
import { Training, type TrainingProgress } from '../../agents/train.ts';
import type { VectorEnvironment } from '../../environments/environment.ts';
import { createVectorEnvironment } from '../../environments/registry.ts';
import { loadKernels } from '../../kernels/load.ts';
import { countParameters, formatArchitecture, parseArchitecture } from '../../networks/architecture.ts';
import type { Model } from '../../networks/model.ts';
import { saveModel } from '../../networks/model-file.ts';
import { RandomStream } from '../../random/random-stream.ts';
import { writeChart } from '../../report/charts.ts';
import { learningCurveChart } from '../../report/learning-curve-chart.ts';
import { type ReturnSummary, summariseReturns } from '../../report/statistics.ts';
import { withInterrupt } from '../interrupt.ts';
import { hyperparameterOptions, options, pickEnvironmentOptions, pickHyperparameters } from '../options.ts';
import { displayPath, prepareOutput } from '../output.ts';
import { createProgress, formatCount, formatDuration } from '../progress.ts';
import { describeReturns, formatFacts } from '../summary.ts';

/** Vector steps between two looks at the clock and at Ctrl-C: a few milliseconds. */
const stepsPerSlice = 64;
const evaluationLanes = 64;

const describeProgress = ({ episodes, averageReturn, epsilon }: TrainingProgress): string => {
  const average = averageReturn === undefined ? '' : ` · average of 100: ${averageReturn.toFixed(1)}`;
  return `${formatCount(episodes)} episodes${average} · epsilon ${epsilon.toFixed(2)}`;
};

/** Trains to the end or until `signal` aborts, telling how it goes. */
async function run(training: Training, signal: AbortSignal): Promise<void> {
  const progress = createProgress(training.progress.totalSteps, 'steps');
  let announced = false;
  while (!signal.aborted && training.advance(stepsPerSlice)) {
    const now = training.progress;
    if (now.solvedAt !== undefined && !announced) {
      announced = true;
      progress.note(`solved: average of 100 episodes reached the threshold after ${formatCount(now.solvedAt)} steps`);
    }
    progress.update(now.step, describeProgress(now));
    await setImmediate();
  }
  progress.update(training.progress.step, describeProgress(training.progress));
  progress.finish();
}

/** Greedy episodes on test seeds, which no training and no selection sees. */
function evaluateGreedily(model: Model, environment: VectorEnvironment, seed: number, episodes: number): ReturnSummary {
  const { architecture, inputs, outputs, parameters } = model;
  const policy = loadKernels().createPolicy({ inputs, layers: architecture.layers, outputs }, environment.count);
  policy.writeParameters(parameters);
  const seeds = testSeeds(new RandomStream(seed).fork('test'), episodes);
  return summariseReturns(evaluate(policy, environment, seeds).returns, environment.spec.rewardThreshold);
}

/** What goes into the model's metadata. */
function scoresOf(progress: TrainingProgress, summary: ReturnSummary | undefined): Record<string, number> {
  const { averageReturn, solvedAt } = progress;
  return {
    ...(averageReturn === undefined ? {} : { trainingAverageReturn: averageReturn }),
    ...(solvedAt === undefined ? {} : { solvedAtStep: solvedAt }),
    ...(summary === undefined ? {} : { evaluationEpisodes: summary.count, evaluationMean: summary.mean }),
    ...(summary?.standardDeviation === undefined
      ? {}
      : { evaluationStandardDeviation: summary.standardDeviation }),
  };
}

export const trainCommand = (): Command =>
  new Command('train')
    .description('Train one agent by Double DQN; ends with a model file and a picture of its learning curve.')
    .addOption(options.env())
    .addOption(options.enableWind())
    .addOption(options.gravity())
    .addOption(options.architecture().default('128,relu,128,relu'))
    .addOption(options.totalTimesteps(600_000))
    .addOption(options.seed())
    .option('--stop-when-solved', "end as soon as the average of 100 episodes reaches the environment's threshold")
    .addOption(options.episodes(100, 'greedy episodes on unseen seeds at the end'))
    .addOption(options.output('model file (default: runs/ENV_ARCHITECTURE_SEED.safetensors)'))
    .addOption(options.overwrite())
    .addOption(options.json())
    .action(async (values, command) => {
      const architecture = parseArchitecture(values.architecture);
      const hyperparameters = parseDqnHyperparameters(pickHyperparameters(command.opts()));
      const environmentOptions = pickEnvironmentOptions(values);
      const environment = createVectorEnvironment(values.env, hyperparameters.environments, environmentOptions);
      const { id, actionSpace, observationSpace, rewardThreshold } = environment.spec;
      const training = new Training(loadKernels(), environment, {
        architecture,
        hyperparameters,
        totalSteps: values.totalTimesteps,
        seed: values.seed,
        stopWhenSolved: values.stopWhenSolved ?? false,
      });
      const name = formatArchitecture(architecture).replaceAll(',', '-');
      const file = values.output ?? `runs/${id}_${name}_seed-${values.seed}.safetensors`;
      const chartBase = file.replace(/\.safetensors$/, '');
      const overwrite = values.overwrite ?? false;
      for (const output of [file, `${chartBase}.svg`, `${chartBase}.png`]) await prepareOutput(output, overwrite);

      const inputs = observationSpace.low.length;
      const outputs = actionSpace.kind === 'discrete' ? actionSpace.n : 0;
      const size = formatCount(countParameters(architecture, inputs, outputs));
      if (!values.json) {
        console.error(`training ${formatArchitecture(architecture)} (${size} parameters) on ${id}, seed ${values.seed}`);
      }
      const start = performance.now();
      const aborted = await withInterrupt(async (signal) => {
        await run(training, signal);
        return signal.aborted;
      });
      const seconds = (performance.now() - start) / 1000;
      const progress = training.progress;
      const model: Model = {
        architecture,
        inputs,
        outputs,
        parameters: training.parameters(),
        metadata: {
          environment: { id, options: environment.spec.options },
          hyperparameters: { ...hyperparameters, totalTimesteps: values.totalTimesteps },
          seed: values.seed,
          training: { steps: progress.step, episodes: progress.episodes, updates: progress.updates },
          scores: {},
        },
      };
      const lanes = createVectorEnvironment(values.env, evaluationLanes, environmentOptions);
      const summary = aborted ? undefined : evaluateGreedily(model, lanes, values.seed, values.episodes);
      await saveModel(file, { ...model, metadata: { ...model.metadata, scores: scoresOf(progress, summary) } });
      const chart =
        training.curve.length === 0
          ? undefined
          : await writeChart(
              chartBase,
              learningCurveChart({
                environment: id,
                threshold: rewardThreshold,
                curves: [
                  {
                    name: `${formatArchitecture(architecture)}, seed ${values.seed}`,
                    points: training.curve.map(({ step, averageReturn }) => ({ steps: step, averageReturn })),
                    ...(summary === undefined
                      ? {}
                      : { evaluation: { episodes: summary.count, mean: summary.mean, interval: summary.interval } }),
                  },
                ],
              }),
            );
      if (values.json) {
        console.log(JSON.stringify({ model: file, chart, ...progress, seconds, evaluation: summary }));
        return;
      }
      const rate = `${formatCount(progress.step / seconds)} steps/s`;
      console.log(
        formatFacts([
          [
            aborted ? 'stopped' : 'trained',
            `${formatCount(progress.step)} steps, ${formatCount(progress.episodes)} episodes, ` +
              `${formatCount(progress.updates)} updates in ${formatDuration(seconds)} (${rate})`,
          ],
          ['solved', progress.solvedAt === undefined ? 'no' : `after ${formatCount(progress.solvedAt)} steps`],
          ...(summary === undefined
            ? []
            : [['evaluated', `${summary.count} greedy episodes on unseen seeds`] as const, ...describeReturns(summary)]),
          ['model', displayPath(file)],
          ...(chart === undefined ? [] : [['learning curve', `${displayPath(chart.png)}, .svg`] as const]),
        ]),
      );
    });

/** The train command with a flag for every hyperparameter. */
export function createTrainCommand(): Command {
  const command = trainCommand();
  for (const option of hyperparameterOptions()) command.addOption(option);
  return command;
}
