import { describe, expect, test } from 'vitest';
import { judge, racerOf } from '../../test/constructed-runs.ts';
import { parseStudyConfiguration } from '../study/configuration.ts';
import type { Racer } from '../study/racing.ts';
import { describeVerdict } from './verdict-facts.ts';

/** What is said of these finalists and their control's, by name. */
function factsOf(finalists: readonly Racer[], control?: readonly Racer[]): ReadonlyMap<string, string> {
  const verdict = judge(finalists, { control: control && { work: 99, searchWork: 100, finalists: control } });
  const configuration = parseStudyConfiguration({ verification: { seeds: 3 } });
  return new Map(describeVerdict(verdict, configuration).map(([name, value]) => [name, value]));
}

const good = racerOf('64,relu', 100, [250, 240, 260]);
const bad = racerOf('8,relu', 100, [50, 60, 40]);

describe('of a control is said', () => {
  test('that there is none', () => {
    const facts = factsOf([good]);
    expect(facts.get('control')).toBe('none, so nothing shows that the search beats chance: --control');
    expect(facts.has('outcome')).toBe(false);
  });

  test.each([
    ['better', good, bad, 'the search beat random search', '+200.0'],
    ['worse', bad, good, 'the search lost to random search: better to take what that found', '-200.0'],
  ])('by how much the search is %s', (_, winner, other, outcome, difference) => {
    const facts = factsOf([winner], [other]);
    expect(facts.get('control')).toBe("random search, 0 trials, 99.0 % of the search's work");
    expect(facts.get("control's winner")).toContain(other.candidate.name);
    expect(facts.get('search - control')).toMatch(new RegExp(`^\\${difference} .* by bootstrap$`));
    expect(facts.get('outcome')).toBe(outcome);
  });

  test('that it found the same network, without a difference that there can’t be', () => {
    const facts = factsOf([bad, good], [good]);
    expect(facts.get('control')).toBe("random search, 0 trials, 99.0 % of the search's work");
    expect(facts.get('outcome')).toBe('tied: random search found the same network');
    expect(facts.has('search - control')).toBe(false);
    expect(facts.has('seed by seed')).toBe(false);
  });
});
