import { expect, test } from 'vitest';
import { Places } from './places.ts';

const never = new AbortController().signal;

test('who waits gets a place in the order of arrival; who gives up is passed over', async () => {
  const places = new Places(2);
  const entered: string[] = [];
  const gone = new AbortController();
  const enter = async (name: string, signal = never) => {
    await places.take(signal);
    entered.push(name);
  };
  const all = [enter('a'), enter('b'), enter('c'), enter('d', gone.signal), enter('e')];
  await Promise.all(all.slice(0, 2));
  expect(entered).toEqual(['a', 'b']);
  gone.abort(new Error('enough'));
  await expect(all[3]).rejects.toThrow('enough');
  places.giveBack();
  places.giveBack();
  await Promise.all([all[2], all[4]]);
  expect(entered).toEqual(['a', 'b', 'c', 'e']);
  places.giveBack();
  places.giveBack();
  await enter('f');
  await enter('g');
  expect(entered.slice(4)).toEqual(['f', 'g']);
});

test('nobody enters with a signal that has aborted', () => {
  expect(() => new Places(1).take(AbortSignal.abort(new Error('enough')))).toThrow('enough');
});
