/** Inputs that nobody would write, and what may come of them: a value, or an error in one line that is meant. */
import fc from 'fast-check';

/** What says that the program stumbled, not that the input was wrong. */
const stumbles = [TypeError, ReferenceError, SyntaxError];

/** @throws Error where an error is not one line that was written for people. */
export function expectClearError(error: unknown, input: unknown): void {
  const shown = fc.stringify(input);
  if (!(error instanceof Error)) throw new Error(`threw ${String(error)} for ${shown}; expected an Error`);
  const isStumble = stumbles.some((kind) => error instanceof kind) || error.message.trim() === '';
  if (isStumble || error.message.includes('\n')) {
    throw new Error(`threw ${error.name}: ${error.message} for ${shown}; expected a message in one line`, {
      cause: error,
    });
  }
}

/** Runs a parser on an input, which it may refuse. */
export function tolerate<Input>(parse: (input: Input) => unknown): (input: Input) => void {
  return (input) => {
    try {
      parse(input);
    } catch (error) {
      expectClearError(error, input);
    }
  };
}

/** As `tolerate`, of what takes its time. */
export function tolerateAsync<Input>(
  parse: (input: Input) => Promise<unknown>,
): (input: Input) => Promise<void> {
  return async (input) => {
    try {
      await parse(input);
    } catch (error) {
      expectClearError(error, input);
    }
  };
}

/** Text: anything, or a valid one with a part replaced, left out or repeated. */
export function nearText(...valid: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 6 }),
    fc.constantFrom(
      '',
      '\0',
      '-',
      ',',
      '1e999',
      '-0',
      'NaN',
      '9'.repeat(30),
      '{',
      ']',
      '"',
      ': ',
      '\n',
      '&a *a',
      '__proto__',
    ),
  );
  const mutated = fc
    .record({ text: fc.constantFrom(...valid), from: fc.nat(), length: fc.nat(12), piece })
    .map(({ text, from, length, piece: put }) => {
      const at = from % (text.length + 1);
      return text.slice(0, at) + put + text.slice(at + length);
    });
  return fc.oneof({ weight: 1, arbitrary: fc.string({ unit: 'binary' }) }, { weight: 4, arbitrary: mutated });
}

/** Bytes: anything, or valid ones with some turned, cut off or put in. */
export function nearBytes(valid: Uint8Array): fc.Arbitrary<Uint8Array> {
  const turned = fc
    .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 4 })
    .map((changes) => {
      const bytes = valid.slice();
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  const cut = fc.nat(valid.length).map((end) => valid.slice(0, end));
  const put = fc
    .tuple(fc.nat(valid.length), fc.uint8Array({ minLength: 1, maxLength: 9 }))
    .map(([at, more]) => Uint8Array.from([...valid.subarray(0, at), ...more, ...valid.subarray(at)]));
  return fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array() },
    { weight: 3, arbitrary: turned },
    { weight: 1, arbitrary: cut },
    { weight: 1, arbitrary: put },
  );
}

/** Data: anything, or valid data in which one part, wherever it is, is something else or gone. */
export function nearData(valid: unknown): fc.Arbitrary<unknown> {
  const anything = fc.oneof(
    fc.anything({ maxDepth: 2, withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
    fc.constantFrom(Number.NaN, Infinity, -1, 1e300, '', '64', null, [], {}, true),
  );
  const changed = fc.tuple(fc.nat(), anything, fc.boolean()).map(([choice, other, isGone]) => {
    const copy = structuredClone(valid);
    const places: { parent: Record<string, unknown>; key: string }[] = [];
    const visit = (part: unknown): void => {
      if (typeof part !== 'object' || part === null) return;
      for (const key of Object.keys(part)) {
        places.push({ parent: part as Record<string, unknown>, key });
        visit((part as Record<string, unknown>)[key]);
      }
    };
    visit(copy);
    const { parent, key } = places[choice % places.length];
    if (isGone) Reflect.deleteProperty(parent, key);
    else parent[key] = other;
    return copy;
  });
  return fc.oneof({ weight: 1, arbitrary: anything }, { weight: 4, arbitrary: changed });
}
