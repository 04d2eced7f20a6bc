/** As many workers as this machine's memory allows. */
import type { EnvironmentSpec } from '../environments/environment.ts';
import { fitWorkers } from '../study/memory-estimate.ts';
import type { Study } from '../study/study.ts';
import { tell } from './messages.ts';

/** @param asked for by the user, who is told where they are fewer. @throws RangeError where one is too many. */
export function usableWorkers(study: Study, environment: EnvironmentSpec, asked: number): number {
  const workers = fitWorkers(study, environment, asked, process.availableMemory());
  if (workers < asked) tell(`${workers} instead of ${asked} workers: there is no memory for more`);
  return workers;
}
