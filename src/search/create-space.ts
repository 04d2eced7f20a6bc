/** From a definition to a search space: names and conditions resolved, and every sample sure to make sense. */
import { suggestion } from '../errors/unknown-name.ts';
import { show } from '../errors/validate.ts';
import {
  type Condition,
  counts,
  type Decision,
  defaultName,
  type Prefix,
  type SearchSpace,
  type SpaceDefinition,
} from './decisions.ts';
import { SampleNumbers } from './sample-numbers.ts';

/** Different sets of decisions that count, at most: every one of them is checked. */
const maxCases = 4000;

function resolveCondition(
  { decisions }: SpaceDefinition,
  i: number,
  earlier: readonly Decision[],
): Condition | undefined {
  const written = decisions[i].condition;
  if (!written) return undefined;
  const path = `decisions.${i}.condition`;
  const names = earlier.map((decision) => decision.name);
  const decision = names.indexOf(written.decision);
  if (decision < 0) {
    const guess = suggestion(written.decision, names);
    const expected = names.length > 0 ? `an earlier decision: ${names.join(', ')}` : 'a decision before it';
    throw new RangeError(`${path}.decision is ${show(written.decision)}${guess}; expected ${expected}`);
  }
  const options: readonly (number | string)[] = earlier[decision].choices;
  const choices = written.values.map((value, v) => {
    const choice = options.indexOf(value);
    if (choice >= 0) return choice;
    const guess = typeof value === 'string' ? suggestion(value, options.map(String)) : '';
    throw new RangeError(
      `${path}.values.${v} is ${show(value)}${guess}; expected a choice of "${written.decision}": ${options.join(', ')}`,
    );
  });
  return Object.freeze({ decision, choices: Object.freeze(choices.sort((a, b) => a - b)) });
}

function resolveDecisions(definition: SpaceDefinition): readonly Decision[] {
  const decisions: Decision[] = [];
  for (const [i, written] of definition.decisions.entries()) {
    const name = written.name ?? defaultName(written);
    const twin = decisions.findIndex((decision) => decision.name === name);
    if (twin >= 0) {
      throw new RangeError(
        `decisions.${i} has the name "${name}", as decisions.${twin} has; expected a "name" of its own`,
      );
    }
    const condition = resolveCondition(definition, i, decisions);
    const { condition: _, ...content } = written;
    const choices = Object.freeze([...written.choices]);
    decisions.push(Object.freeze({ ...content, choices, name, ...(condition && { condition }) }) as Decision);
  }
  return decisions;
}

/** One case: the decisions that count, and the number of hidden layers where one of them decides it. */
interface Case {
  readonly counting: readonly Decision[];
  readonly depth: number | undefined;
}

/** Choices of a decision that no condition tells apart, one of each kind; every depth is a kind of its own. */
function differentChoices(decisions: readonly Decision[], t: number): readonly number[] {
  const { kind, choices } = decisions[t];
  const conditions = decisions.flatMap(({ condition }) => (condition?.decision === t ? [condition] : []));
  const kinds = new Map<string, number>();
  for (const k of choices.keys()) {
    const held = conditions.map((condition) => Number(condition.choices.includes(k))).join('');
    const key = kind === 'depth' ? `${k} ${held}` : held;
    if (!kinds.has(key)) kinds.set(key, k);
  }
  return [...kinds.values()];
}

/** Every case once. */
function* enumerateCases(decisions: readonly Decision[]): Generator<Case> {
  const branches = decisions.map((_, t) => differentChoices(decisions, t));
  const prefix: Prefix = [];
  function* walk(t: number, counting: readonly Decision[], depth: number | undefined): Generator<Case> {
    if (t === decisions.length) {
      yield { counting, depth };
      return;
    }
    const decision = decisions[t];
    if (!counts(decision, prefix)) {
      prefix[t] = undefined;
      yield* walk(t + 1, counting, depth);
      return;
    }
    for (const choice of branches[t]) {
      prefix[t] = choice;
      const isDepth = decision.kind === 'depth';
      yield* walk(t + 1, [...counting, decision], isDepth ? decision.choices[choice] : depth);
    }
  }
  yield* walk(0, [], undefined);
}

/** What a decision decides: no two that count may decide the same. */
const subject = (decision: Decision): string => defaultName({ ...decision, condition: undefined });

/** @throws RangeError unless the decisions that count are those that an architecture needs. */
function checkCase({ counting, depth }: Case): void {
  const decided = new Map<string, string>();
  for (const decision of counting) {
    const other = decided.get(subject(decision));
    if (other !== undefined) {
      throw new RangeError(
        `decisions "${other}" and "${decision.name}" can both count; expected one at a time for ${subject(decision)}`,
      );
    }
    decided.set(subject(decision), decision.name);
  }
  const layers = counting.flatMap((decision) => ('layer' in decision ? [decision.layer] : []));
  const last = depth ?? Math.max(1, ...layers);
  for (let layer = 1; layer <= last; layer++) {
    for (const kind of ['units', 'activation']) {
      if (decided.has(`${kind} ${layer}`)) continue;
      const where = depth === undefined ? '' : ` where the depth is ${depth}`;
      throw new RangeError(
        `nothing decides the ${kind} of layer ${layer}${where}; expected a decision that counts`,
      );
    }
  }
  const beyond = counting.find((decision) => 'layer' in decision && decision.layer > last);
  if (beyond) {
    throw new RangeError(
      `decision "${beyond.name}" counts where the depth is ${last}; expected a condition on the depth`,
    );
  }
}

function checkCases(decisions: readonly Decision[]): void {
  let cases = 0;
  for (const one of enumerateCases(decisions)) {
    cases += 1;
    if (cases > maxCases) {
      throw new RangeError(
        `conditions make more than ${maxCases} different sets of decisions; expected at most so many`,
      );
    }
    checkCase(one);
  }
}

/**
 * The space of a definition whose decisions are each well-formed (src/search/space-definition.ts checks those that
 * come from outside).
 * @param what names the definition in errors.
 * @throws RangeError where names are taken twice, conditions don't name an earlier decision and its choices, a sample
 * wouldn't decode to one architecture, or there are more than 2^53 − 1 samples.
 */
export function createSpace(
  definition: SpaceDefinition,
  what = `search space ${definition.name}`,
): SearchSpace {
  try {
    const decisions = resolveDecisions(definition);
    checkCases(decisions);
    const { size } = new SampleNumbers(decisions);
    if (!Number.isSafeInteger(size)) {
      throw new RangeError(`about ${size.toExponential(1)} samples; expected at most 2^53 − 1, 9.0e+15`);
    }
    return Object.freeze({ name: definition.name, decisions: Object.freeze(decisions) });
  } catch (error) {
    if (error instanceof RangeError) throw new RangeError(`${what}: ${error.message}`, { cause: error });
    throw error;
  }
}
