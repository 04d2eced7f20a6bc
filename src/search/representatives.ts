/** Samples that stand for a space where something is averaged over it. */
import { RandomStream } from '../random/random-stream.ts';
import { drawSample, enumerateSamples, type Sample, type SearchSpace, spaceSize } from './space.ts';

/** Spaces up to this size are gone through, larger ones are represented by as many samples. */
const mostRepresentatives = 1000;

/** All samples of the space, or a thousand drawn ones, always the same. */
export function representativeSamples(space: SearchSpace): readonly Sample[] {
  if (spaceSize(space) <= mostRepresentatives) return [...enumerateSamples(space)];
  const random = new RandomStream(0);
  return Array.from({ length: mostRepresentatives }, () => drawSample(space, random));
}
