/** The study that a configuration stands for, in its environment. */
import type { EnvironmentSpec } from '../environments/environment.ts';
import { createVectorEnvironment } from '../environments/registry.ts';
import type { StudyConfiguration } from '../study/configuration.ts';
import { Study } from '../study/study.ts';

/** @throws RangeError when space, strategy and environment don't fit together. */
export function studyOf(configuration: StudyConfiguration): {
  readonly study: Study;
  readonly environment: EnvironmentSpec;
} {
  const { id, options } = configuration.environment;
  const environment = createVectorEnvironment(id, 1, options).spec;
  return { study: new Study(configuration, environment), environment };
}
