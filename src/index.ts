/** The public library. Everything that is exported here is documented and kept stable; the rest may change. */
export { parseDqnHyperparameters, type DqnHyperparameters } from './agents/dqn.ts';
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
  ResetResult,
  Space,
  StepResult,
  VectorEnvironment,
} from './environments/environment.ts';
export { createEnvironment, createVectorEnvironment, environmentIds } from './environments/registry.ts';
export { loadKernels } from './kernels/load.ts';
export type {
  Kernels,
  Learner,
  NetworkShape,
  Policy,
  Supernet,
  SupernetOptions,
  SupernetShape,
} from './kernels/kernels.ts';
export {
  type Architecture,
  countParameters,
  formatArchitecture,
  type HiddenLayer,
  parseArchitecture,
} from './networks/architecture.ts';
export { decodeModel, encodeModel, type Model, type ModelMetadata } from './networks/model.ts';
export { loadModel, saveModel } from './networks/model-file.ts';
export { RandomStream } from './random/random-stream.ts';
export { type ReturnSummary, summariseReturns } from './statistics/return-summary.ts';
export type { StudyFile } from './study/configuration.ts';
export { defineStudy } from './study/study-file.ts';
