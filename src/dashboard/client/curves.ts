/** Learning curves, asked for when they are to be seen and kept from then on. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CurvePoint } from '../protocol.ts';

type Curves = ReadonlyMap<number, readonly CurvePoint[]>;

async function fetchCurve(study: string, trial: number): Promise<readonly CurvePoint[]> {
  const answer = await fetch(`/api/studies/${encodeURIComponent(study)}/curves/${trial}`);
  return answer.ok ? ((await answer.json()) as readonly CurvePoint[]) : [];
}

/** @param trials that have ended. @returns the curves that are here by now. */
export function useCurves(study: string, trials: readonly number[]): Curves {
  const asked = useMemo(() => new Set<number>(), [study]);
  const [curves, setCurves] = useState<Curves>(new Map());
  useEffect(() => setCurves(new Map()), [study]);
  const key = trials.join();
  useEffect(() => {
    for (const trial of trials) {
      if (asked.has(trial)) continue;
      asked.add(trial);
      fetchCurve(study, trial).then(
        (points) => setCurves((before) => new Map([...before, [trial, points]])),
        () => asked.delete(trial),
      );
    }
  }, [study, key]);
  return curves;
}
