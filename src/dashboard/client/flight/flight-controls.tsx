/** What the visitor may choose of a flight. */
import { useId, useState } from 'preact/hooks';
import type { Agent } from './agents.ts';

export interface FlightSettings {
  /** A model file, undefined for the scripted pilot; `bestAgent` follows the study. */
  readonly file: string | undefined;
  readonly seed: number;
  /** Whether the visitor chose the seed: then it is flown again and again, not the next one after it. */
  readonly chosen: boolean;
  readonly wind: boolean;
  /** How many times as fast as life. */
  readonly speed: number;
  readonly running: boolean;
  /** Whether the visitor flies beside the agent. */
  readonly racing: boolean;
}

export interface FlightControlsProps {
  readonly agents: readonly Agent[];
  readonly settings: FlightSettings;
  readonly onChange: (part: Partial<FlightSettings>) => void;
  readonly onRestart: () => void;
}

const largestSeed = 2 ** 32 - 1;
const speeds = [1, 2, 8];
/** In place of a file: whichever is the best. */
export const bestAgent = 'best';

/** The scripted pilot as a value of the choice. */
const scripted = 'scripted';

/** Keeps what is being written until it is finished, whatever flies meanwhile. */
function SeedField({ id, seed, onChange }: { id: string; seed: number; onChange: (seed: number) => void }) {
  const [draft, setDraft] = useState<string | undefined>(undefined);
  return (
    <input
      id={id}
      type="number"
      min="0"
      max={largestSeed}
      step="1"
      value={draft ?? seed}
      onInput={({ currentTarget }) => setDraft(currentTarget.value)}
      onChange={({ currentTarget: { valueAsNumber } }) => {
        setDraft(undefined);
        if (Number.isInteger(valueAsNumber) && valueAsNumber >= 0 && valueAsNumber <= largestSeed) {
          onChange(valueAsNumber);
        }
      }}
    />
  );
}

export function FlightControls({ agents, settings, onChange, onRestart }: FlightControlsProps) {
  const id = useId();
  const { file, seed, wind, speed, running, racing } = settings;
  const onSeed = (value: number) => onChange({ seed: value, chosen: true });
  const hasModels = agents.some((agent) => agent.file !== undefined);
  return (
    <form class="flight-controls" onSubmit={(event) => event.preventDefault()}>
      <div class="field wide">
        <label for={`${id}-agent`}>agent</label>
        <select
          id={`${id}-agent`}
          value={(file === bestAgent && !hasModels ? undefined : file) ?? scripted}
          onChange={({ currentTarget: { value } }) =>
            onChange({ file: value === scripted ? undefined : value })
          }
        >
          {hasModels && <option value={bestAgent}>best so far</option>}
          {agents.map((agent) => (
            <option key={agent.file ?? scripted} value={agent.file ?? scripted}>
              {agent.title}
            </option>
          ))}
        </select>
      </div>
      <div class="field">
        <label for={`${id}-seed`}>seed</label>
        <span class="joined">
          <SeedField id={`${id}-seed`} seed={seed} onChange={onSeed} />
          <button type="button" onClick={() => onSeed(seed + 1)}>
            next
          </button>
        </span>
      </div>
      <div class="field">
        <label for={`${id}-speed`}>speed</label>
        <select
          id={`${id}-speed`}
          value={speed}
          disabled={racing}
          onChange={({ currentTarget: { value } }) => onChange({ speed: Number(value) })}
        >
          {speeds.map((times) => (
            <option key={times} value={times}>
              {times}×
            </option>
          ))}
        </select>
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={wind}
          onChange={({ currentTarget: { checked } }) => onChange({ wind: checked })}
        />
        wind
      </label>
      <div class="buttons">
        <button type="button" onClick={() => onChange({ running: !running })}>
          {running ? 'Pause' : 'Fly'}
        </button>
        <button type="button" onClick={onRestart}>
          Restart
        </button>
        <button
          type="button"
          class={racing ? undefined : 'primary'}
          aria-pressed={racing}
          onClick={() => onChange({ racing: !racing, running: true })}
        >
          {racing ? 'Let it fly alone' : 'Fly against it'}
        </button>
      </div>
    </form>
  );
}
