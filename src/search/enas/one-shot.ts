/**
 * One-shot ENAS for off-policy reinforcement learning (after Pham et al. 2018, arXiv 1802.03268): all architectures of
 * a space are slices of one supernet and learn from one replay buffer, so that a transition gathered by one trains every
 * other. Two phases alternate: architectures act and learn, each for a stretch of steps; then the controller samples
 * some, greedy episodes with the shared weights score them, and REINFORCE moves the controller. docs/algorithms/enas.md
 * has the settings, what was tried, and where this differs from the paper.
 */
import { countActions } from '../../agents/dqn.ts';
import { EpisodeLog } from '../../agents/episode-log.ts';
import { evaluate } from '../../agents/evaluate.ts';
import { explore } from '../../agents/exploration.ts';
import { ReplayBuffer, type Transitions } from '../../agents/replay-buffer.ts';
import { trainingSeeds, validationSeeds } from '../../agents/seeds.ts';
import type { VectorEnvironment } from '../../environments/environment.ts';
import { type Activation, type Kernels, type Learner, type NetworkShape, parameterCount, type Policy, type Supernet, type SupernetShape } from '../../kernels/kernels.ts';
import { type Architecture, networkShape } from '../../networks/architecture.ts';
import { RandomStream } from '../../random/random-stream.ts';
import { choiceCounts, decodeSample, drawSample, enumerateSamples, type Sample, type SearchSpace, sampleIndex } from '../space.ts';
import { Controller } from './controller.ts';
import { Reinforce } from './reinforce.ts';

export interface OneShotSettings {
  readonly totalSteps: number;
  readonly segmentSteps: number;
  readonly costExponent: number;
  readonly learningRate: number;
  /** Share of the steps after which the rate falls linearly to 0. */
  readonly decayStart: number;
  readonly tau: number;
  readonly gamma: number;
  readonly batchSize: number;
  readonly bufferSize: number;
  readonly learningStarts: number;
  readonly trainFrequency: number;
  readonly loss: 'squared' | 'huber';
  readonly huberDelta: number;
  readonly maxGradientNorm?: number;
  readonly explorationFraction: number;
  readonly explorationFinalEps: number;
  readonly exploration: 'linear' | 'exponential';
  readonly warmupFraction: number;
  readonly iterations: number;
  readonly samplesPerIteration: number;
  readonly episodesPerSample: number;
  readonly controllerLearningRate: number;
  readonly entropyWeight: number;
  readonly baselineDecay: number;
  readonly finalEpisodes: number;
  readonly init: 'wide' | 'nested' | 'narrow' | 'zero';
  readonly scoreWith: 'online' | 'target';
  readonly rewardScale: number;
}

export interface Scored { readonly sample: Sample; readonly score: number }

const clock = () => performance.now();

export function updateWork({ inputs, layers, outputs }: NetworkShape, batchSize: number): number {
  const units = [inputs, ...layers.map((layer) => layer.units), outputs];
  let multiplyAdds = 0;
  let parameters = 0;
  for (let i = 1; i < units.length; i++) {
    multiplyAdds += (i > 1 ? 5 : 4) * units[i] * units[i - 1];
    parameters += units[i] * (units[i - 1] + 1);
  }
  return batchSize * multiplyAdds + 16 * parameters + 200_000;
}

export class OneShotSearch {
  readonly controller: Controller;
  readonly log: EpisodeLog;
  readonly #kernels: Kernels;
  readonly #space: SearchSpace;
  readonly #settings: OneShotSettings;
  readonly #environment: VectorEnvironment;
  readonly #scoring: VectorEnvironment;
  readonly #supernet: Supernet;
  readonly #replay: ReplayBuffer;
  readonly #reinforce: Reinforce;
  readonly #transitions: Transitions;
  readonly #indices: Int32Array;
  readonly #actions: number;
  readonly #streams: Record<'segments' | 'exploration' | 'replay' | 'controller' | 'validation', RandomStream>;
  readonly #workers = new Map<number, { shape: NetworkShape; work: number; learner: Learner }>();
  step = 0;
  lastSample: Sample = [];
  updates = 0;
  work = 0;
  times = { scoring: 0, training: 0 };
  counts = new Map<number, number>();

  constructor(kernels: Kernels, create: (count: number) => VectorEnvironment, environments: number, space: SearchSpace, settings: OneShotSettings, seed: number) {
    this.#space = space;
    this.#kernels = kernels;
    this.#settings = settings;
    const random = new RandomStream(seed);
    this.#environment = create(environments);
    this.#scoring = create(settings.episodesPerSample);
    const env = this.#environment;
    this.#actions = countActions(env.spec);
    const { batchSize, bufferSize, gamma, tau, loss, huberDelta, maxGradientNorm } = settings;
    const shape = supernetShape(space, env.observationSize, this.#actions);
    this.#supernet = kernels.createSupernet(
      { shape, batchSize, replayCapacity: bufferSize, gamma, tau, loss, huberDelta, adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }, ...(maxGradientNorm && { maxGradientNorm }) },
      64,
    );
    this.#initialise(shape, random.fork('initialisation'));
    this.#replay = new ReplayBuffer(this.#supernet.replay);
    this.controller = new Controller(choiceCounts(space), random.fork('controller'));
    this.#reinforce = new Reinforce(this.controller, { learningRate: settings.controllerLearningRate, entropyWeight: settings.entropyWeight, baselineDecay: settings.baselineDecay });
    this.#streams = {
      segments: random.fork('segments'),
      exploration: random.fork('exploration'),
      replay: random.fork('replay'),
      controller: random.fork('samples'),
      validation: random.fork('validation'),
    };
    this.#indices = new Int32Array(batchSize);
    this.log = new EpisodeLog(environments);
    this.#transitions = {
      observations: new Float32Array(env.observations.length),
      finalObservations: env.finalObservations,
      actions: new Int32Array(environments),
      rewards: new Float64Array(environments),
      terminated: env.terminated,
    };
    env.reset(trainingSeeds(random.fork('environments'), environments));
  }

  #initialise(shape: SupernetShape, random: RandomStream): void {
    const widths = this.#space.decisions.filter((d) => d.kind === 'units').map((d) => d.choices as readonly number[]);
    const pairs: Activation[][] = shape.layers.reduce<Activation[][]>((all, { activations }) => all.flatMap((a) => activations.map((b) => [...a, b])), [[]]);
    for (const activations of pairs) {
      const s: NetworkShape = { inputs: shape.inputs, outputs: shape.outputs, layers: shape.layers.map(({ units }, i) => ({ units, activation: activations[i] })) };
      const units = [s.inputs, ...s.layers.map((l) => l.units), s.outputs];
      const flat: number[] = [];
      for (let l = 1; l < units.length; l++) {
        const fanIn = units[l - 1];
        const choices = l === 1 ? [fanIn] : widths[l - 2];
        const boundOf = (column: number) => {
          if (this.#settings.init === 'wide') return 1 / Math.sqrt(fanIn);
          if (this.#settings.init === 'zero') return column < Math.min(...choices) ? 1 / Math.sqrt(Math.min(...choices)) : 0;
          if (this.#settings.init === 'narrow') return 1 / Math.sqrt(Math.min(...choices));
          return 1 / Math.sqrt(Math.min(...choices.filter((c) => c > column)));
        };
        const bounds = Array.from({ length: fanIn }, (_, c) => boundOf(c));
        for (let r = 0; r < units[l]; r++) for (let c = 0; c < fanIn; c++) flat.push(random.uniform(-bounds[c], bounds[c]));
        for (let r = 0; r < units[l]; r++) flat.push(random.uniform(-bounds[0], bounds[0]));
      }
      const learner = this.#supernet.learner(s);
      const parameters = Float32Array.from(flat);
      learner.write('parameters', parameters);
      learner.write('target', parameters);
    }
  }

  #worker(sample: Sample) {
    const index = sampleIndex(this.#space, sample);
    let worker = this.#workers.get(index);
    if (!worker) {
      const shape = networkShape(decodeSample(this.#space, sample) as Architecture, this.#environment.observationSize, this.#actions);
      worker = { shape, work: updateWork(shape, this.#settings.batchSize), learner: this.#supernet.learner(shape) };
      this.#workers.set(index, worker);
    }
    return worker;
  }

  /** One stretch: an architecture acts and learns. */
  segment(controlled: boolean): void {
    const t0 = clock();
    const { settings, streams } = { settings: this.#settings, streams: this.#streams };
    // Rejection sampling: policy times cost^-exponent.
    let sample: Sample;
    for (;;) {
      sample = controlled ? this.controller.sample(streams.segments) : drawSample(this.#space, streams.segments);
      const { work } = this.#worker(sample);
      if (streams.segments.random() < (this.#smallest() / work) ** settings.costExponent) break;
    }
    const worker = this.#worker(sample);
    this.lastSample = sample;
    const key = sampleIndex(this.#space, sample);
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    const env = this.#environment;
    if (settings.segmentSteps > 0) for (let t = 0; t < settings.segmentSteps; t += env.count) this.#vectorStep(worker);
    else {
      const { episodes } = this.log;
      while (this.log.episodes === episodes) this.#vectorStep(worker);
    }
    this.times.training += clock() - t0;
  }

  #least = 0;
  #smallest(): number {
    if (!this.#least) {
      this.#least = Infinity;
      for (const s of enumerateSamples(this.#space)) this.#least = Math.min(this.#least, this.#worker(s).work);
    }
    return this.#least;
  }

  #score: 'online' | 'target' | undefined;
  setScore(x: 'online' | 'target') {
    this.#score = x;
  }

  get epsilon(): number {
    const { explorationFraction, explorationFinalEps, exploration, totalSteps } = this.#settings;
    const done = this.step / totalSteps / explorationFraction;
    if (done >= 1) return explorationFinalEps;
    return exploration === 'linear' ? 1 + done * (explorationFinalEps - 1) : Math.exp(done * Math.log(explorationFinalEps));
  }

  #vectorStep({ learner, work }: { learner: Learner; work: number }): void {
    const { totalSteps, learningStarts, trainFrequency, decayStart, learningRate, rewardScale } = this.#settings;
    const env = this.#environment;
    const { observations, actions, rewards } = this.#transitions;
    learner.act(env.observations, env.count, actions);
    explore(actions, this.#actions, this.epsilon, this.#streams.exploration);
    observations.set(env.observations);
    env.step(actions);
    for (let i = 0; i < env.count; i++) rewards[i] = env.rewards[i] * rewardScale;
    this.#replay.add(this.#transitions);
    this.log.record(env, Infinity);
    this.step += env.count;
    const done = this.step / totalSteps;
    const rate = learningRate * Math.min(1, Math.max(0, (1 - done) / (1 - decayStart)));
    const due = Math.floor((this.step - learningStarts) / trainFrequency);
    while (this.updates < due) {
      this.#replay.sample(this.#streams.replay, this.#indices);
      const loss = learner.update(this.#indices, rate);
      if (!Number.isFinite(loss)) throw new Error(`diverged at update ${this.updates}`);
      this.updates += 1;
      this.work += work;
    }
  }

  score(sample: Sample, seeds: readonly number[]): number {
    const { learner, shape } = this.#worker(sample);
    let policy: Policy = learner;
    if ((this.#score ?? this.#settings.scoreWith) === 'target') {
      policy = this.#kernels.createPolicy(shape, this.#scoring.count);
      const parameters = new Float32Array(parameterCount(shape));
      learner.read('target', parameters);
      policy.writeParameters(parameters);
    }
    const { returns } = evaluate(policy, this.#scoring, seeds);
    return returns.reduce((a, b) => a + b, 0) / returns.length;
  }

  scoreNow(sample: Sample): number {
    return this.score(sample, validationSeeds(this.#streams.validation, this.#settings.episodesPerSample));
  }

  iteration(): Scored[] {
    const t0 = clock();
    const { samplesPerIteration, episodesPerSample } = this.#settings;
    const seeds = validationSeeds(this.#streams.validation, episodesPerSample);
    const samples = Array.from({ length: samplesPerIteration }, () => this.controller.sample(this.#streams.controller));
    const known = new Map<number, number>();
    const scored = samples.map((sample) => {
      const key = sampleIndex(this.#space, sample);
      const score = known.get(key) ?? this.score(sample, seeds);
      known.set(key, score);
      return { sample, score };
    });
    this.#reinforce.update(samples, rankRewards(scored.map(({ score }) => score)));
    this.times.scoring += clock() - t0;
    return scored;
  }

  scoreAll(samples: readonly Sample[]): Scored[] {
    const t0 = clock();
    const seeds = validationSeeds(this.#streams.validation, this.#settings.finalEpisodes);
    const all = samples.map((sample) => ({ sample, score: this.score(sample, seeds) }));
    this.times.scoring += clock() - t0;
    return all;
  }
}

/** Positions among the scores, from −1 for the lowest to 1 for the highest; equal scores share theirs. */
export function rankRewards(scores: readonly number[]): number[] {
  const n = scores.length;
  return scores.map((score) => {
    let below = 0;
    let equal = 0;
    for (const other of scores) {
      if (other < score) below += 1;
      else if (other === score) equal += 1;
    }
    return n === 1 ? 0 : (2 * (below + (equal - 1) / 2)) / (n - 1) - 1;
  });
}

function supernetShape(space: SearchSpace, inputs: number, outputs: number): SupernetShape {
  const layers: { units: number; activations: Activation[] }[] = [];
  for (const decision of space.decisions) {
    if (decision.kind === 'units') layers.push({ units: Math.max(...decision.choices), activations: [] });
    else if (decision.kind === 'activation') layers[layers.length - 1].activations.push(...decision.choices);
  }
  return { inputs, outputs, layers };
}
