/** The public library. Everything that is exported here is documented and kept stable; the rest may change. */
export { type DqnHyperparameters, parseDqnHyperparameters } from './agents/dqn.ts';
export { type BatchActor, evaluate, type EvaluationResult } from './agents/evaluate.ts';
export {
  type CurvePoint,
  Training,
  TrainingDivergedError,
  type TrainingProgress,
  type TrainingSpec,
} from './agents/train.ts';
export type {
  BoxSpace,
  DiscreteSpace,
  Environment,
  EnvironmentSpec,
  Info,
  ResetResult,
  Space,
  StepResult,
  VectorEnvironment,
} from './environments/environment.ts';
export { createEnvironment, createVectorEnvironment, environmentIds } from './environments/registry.ts';
export type { Point } from './environments/rendering/drawing.ts';
export type { Flame } from './environments/rendering/lander-particles.ts';
export type { BodyPose, LanderScene } from './environments/rendering/lander-scene.ts';
export type { VisibleEnvironment } from './environments/rendering/renderer.ts';
export type { BackendTarget } from './kernels/backend.ts';
export { loadKernels } from './kernels/load.ts';
export {
  type Activation,
  type Head,
  type KernelTarget,
  type Kernels,
  type Learner,
  type LearnerOptions,
  type LearnerPart,
  type NetworkShape,
  parameterCount,
  type Policy,
  type ReplayArrays,
  type ReplayMemory,
  type Supernet,
  type SupernetOptions,
  type SupernetShape,
} from './kernels/kernels.ts';
export { readStudy, resumeStudy, runStudy, type StudyOptions } from './library/run-study.ts';
export {
  type Architecture,
  countParameters,
  formatArchitecture,
  type HiddenLayer,
  networkShape,
  parseArchitecture,
} from './networks/architecture.ts';
export { decodeModel, encodeModel, type Model, type ModelMetadata } from './networks/model.ts';
export { loadModel, saveModel } from './networks/model-file.ts';
export { RandomStream } from './random/random-stream.ts';
export type { Task } from './search/children.ts';
export type {
  ActivationDecision,
  Condition,
  ConditionDefinition,
  Decision,
  DecisionContent,
  DecisionDefinition,
  DepthDecision,
  HeadDecision,
  HyperparameterDecision,
  SearchSpace,
  SpaceDefinition,
  UnitsDecision,
} from './search/decisions.ts';
export type { OneShotProgress } from './search/enas/shared-training.ts';
export {
  decodeHyperparameters,
  decodeSample,
  describeSample,
  drawSample,
  enumerateSamples,
  mutate,
  neighbours,
  type Sample,
  sampleAt,
  sampleIndex,
  spaces,
  spaceSize,
} from './search/space.ts';
export { parseSpaceDefinition, resolveSpace, type SpaceInput } from './search/space-definition.ts';
export { loadSpace } from './search/space-file.ts';
export {
  createStrategy,
  parseTrialStrategy,
  type TrialStrategyInput,
  type TrialStrategySettings,
  type TrialTask,
} from './search/strategies.ts';
export type { Outcome, Proposal, Rung, Strategy } from './search/strategy.ts';
export { type BootstrapOptions, stratifiedBootstrap, type StrataStatistic } from './statistics/bootstrap.ts';
export { type Interval, meanInterval, wilsonInterval } from './statistics/interval.ts';
export { kendallTau } from './statistics/kendall-tau.ts';
export { performanceProfile } from './statistics/performance-profile.ts';
export { probabilityOfImprovement } from './statistics/probability-of-improvement.ts';
export { type ReturnSummary, type Share, summariseReturns } from './statistics/return-summary.ts';
export { interquartileMean, mean, median, standardDeviation } from './statistics/sample.ts';
export type { PresetName, StudyConfiguration, StudyFile } from './study/configuration.ts';
export type { StudyEvent } from './study/events.ts';
export type { CheckpointEvent, TrialProgress } from './study/executor.ts';
export type { CompleteRun, FailedRun, Racer, Run } from './study/racing.ts';
export type {
  Artifact,
  PolicySnapshot,
  StudyRecord,
  StudySnapshot,
  StudyState,
  Versions,
} from './study/storage.ts';
export { defineStudy, loadStudy } from './study/study-file.ts';
export type {
  Candidate,
  CompleteTrial,
  FailedTrial,
  FinishedTrial,
  RunningTrial,
  TrainingSummary,
  Trial,
  TrialPhase,
  TrialStart,
} from './study/trial.ts';
export type {
  Comparison,
  ControlVerdict,
  Fidelity,
  Finalist,
  LeftOut,
  RunSummary,
  Verdict,
  Winner,
} from './study/verdict.ts';
