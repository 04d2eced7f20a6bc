/** One episode on a canvas, with what it says of itself below: the return, and Q-values as bars. */
import { useEffect, useRef } from 'preact/hooks';
import { paintDrawing } from '../../../environments/rendering/drawing.ts';
import { formatScore } from '../format.ts';
import { actionNames, type Episode, type EpisodeState } from './episode.ts';

/** Of the drawings, in their pixels. */
const width = 600;
const height = 400;

function paint(canvas: HTMLCanvasElement, episode: Episode): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const scale = Math.min(3, Math.max(1, (canvas.clientWidth / width) * devicePixelRatio));
  const pixels = Math.round(width * scale);
  if (canvas.width !== pixels) {
    canvas.width = pixels;
    canvas.height = Math.round(height * scale);
  }
  context.setTransform(canvas.width / width, 0, 0, canvas.height / height, 0, 0);
  paintDrawing(context, episode.drawing, 'system-ui, sans-serif');
}

/** Q-values from zero, to the scale of the largest that the episode has had so far. */
function ValueBars({ choice, scale }: { choice: EpisodeState['choice']; scale: number }) {
  return (
    <ol class="values" aria-label="Q-values">
      {actionNames.map((name, action) => {
        const value = choice?.values?.[action];
        const share = value === undefined ? 0 : Math.min(1, Math.abs(value) / scale);
        const chosen = choice?.action === action;
        return (
          <li key={name} class={chosen ? 'chosen' : undefined}>
            <span class="action">{name}</span>
            <span class="track">
              <span
                class={value !== undefined && value < 0 ? 'bar negative' : 'bar'}
                style={{ width: `${(50 * share).toFixed(1)}%` }}
              />
            </span>
            <span class="number">{choice?.values === undefined ? '' : formatScore(value)}</span>
          </li>
        );
      })}
    </ol>
  );
}

export interface LanderViewProps {
  readonly title: string;
  readonly episode: Episode;
  /** Of the episode, at this moment: a new object for every frame. */
  readonly state: EpisodeState;
  readonly threshold: number | undefined;
}

export function LanderView({ title, episode, state, threshold }: LanderViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scale = useRef({ episode, largest: 1 });
  if (scale.current.episode !== episode) scale.current = { episode, largest: 1 };
  for (const value of state.choice?.values ?? []) {
    scale.current.largest = Math.max(scale.current.largest, Math.abs(value));
  }
  useEffect(() => {
    if (canvas.current !== null) paint(canvas.current, episode);
  });
  const { step, episodeReturn, outcome, choice } = state;
  const reached = outcome !== 'flying' && threshold !== undefined && episodeReturn >= threshold;
  return (
    <section
      class="lander"
      aria-label={title}
      data-seed={episode.seed}
      data-step={step}
      data-return={episodeReturn}
      data-outcome={outcome}
    >
      <h3>{title}</h3>
      <canvas ref={canvas} width={width} height={height} role="img" aria-label={`${title}: ${outcome}`} />
      <dl class="readings">
        <div>
          <dt>return</dt>
          <dd class={reached ? 'good' : undefined}>{formatScore(episodeReturn)}</dd>
        </div>
        <div>
          <dt>step</dt>
          <dd>{step}</dd>
        </div>
        <div>
          <dt>state</dt>
          <dd class={`outcome ${outcome === 'landed' ? 'good' : outcome === 'crashed' ? 'bad' : ''}`}>
            {outcome}
          </dd>
        </div>
      </dl>
      <ValueBars choice={choice} scale={scale.current.largest} />
    </section>
  );
}
