import { describe, expect, test } from 'vitest';
import { parseRoute, studyPath, trialPath } from './route.ts';

describe('parseRoute', () => {
  test.each([
    ['/', { kind: 'list' }],
    [studyPath('ä / ö'), { kind: 'study', study: 'ä / ö' }],
    [trialPath('a', 12), { kind: 'trial', study: 'a', trial: 12 }],
    ['/studies', { kind: 'nowhere' }],
    ['/studies/', { kind: 'nowhere' }],
    ['/studies/a/trials/x', { kind: 'nowhere' }],
    ['/studies/a/trials/1/2', { kind: 'nowhere' }],
    ['/else', { kind: 'nowhere' }],
    ['/studies/%', { kind: 'nowhere' }],
  ])('reads %s', (path, route) => {
    expect(parseRoute(path)).toEqual(route);
  });
});
