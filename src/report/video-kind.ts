/** Which kind of video a file name asks for. */
import { extname } from 'node:path';

export type VideoKind = 'mp4' | 'gif';

/** @throws RangeError for a name that ends in neither `.mp4` nor `.gif`. */
export function videoKind(path: string): VideoKind {
  const extension = extname(path).toLowerCase();
  if (extension === '.mp4') return 'mp4';
  if (extension === '.gif') return 'gif';
  throw new RangeError(`video "${path}": expected a name that ends in .mp4 or .gif`);
}
