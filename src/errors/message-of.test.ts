import { expect, test } from 'vitest';
import { messageOf } from './message-of.ts';

test('whatever was thrown says what it says on one line', () => {
  expect(messageOf(new RangeError('3 wheels; expected 4'))).toBe('3 wheels; expected 4');
  expect(messageOf(new Error('Unexpected token\n  in line 2\n'))).toBe('Unexpected token in line 2');
  expect(messageOf('plain')).toBe('plain');
  expect(messageOf(undefined)).toBe('undefined');
});
