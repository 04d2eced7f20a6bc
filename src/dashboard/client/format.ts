/** Numbers, times and names as the page writes them. */

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** `12,345` */
export const formatCount = (count: number): string => whole.format(count);

/** `18.2k`, `1.2M`: three digits at most. */
export function formatShort(count: number): string {
  if (count < 10_000) return formatCount(count);
  const [scaled, unit] = count < 999_500 ? [count / 1e3, 'k'] : [count / 1e6, 'M'];
  return `${scaled < 100 ? scaled.toFixed(1).replace(/\.0$/, '') : scaled.toFixed(0)}${unit}`;
}

/** One decimal, with a real minus sign; a dash where there is none. */
export function formatScore(score: number | undefined): string {
  if (score === undefined) return '–';
  return `${score < 0 ? '−' : ''}${Math.abs(score).toFixed(1)}`;
}

/** `8 s`, `3 min`, `2 h 05 min` */
export function formatDuration(seconds: number): string {
  if (seconds < 0.95) return '< 1 s';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/** How long ago, in words. @param now and @param then in milliseconds since 1970. */
export function formatAge(then: number, now: number): string {
  const seconds = Math.max(0, (now - then) / 1000);
  if (seconds < 3) return 'just now';
  if (seconds < 36 * 3600) return `${formatDuration(seconds)} ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}

const date = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** @param iso ISO 8601. */
export const formatDate = (iso: string): string => date.format(new Date(iso));

/** An architecture with breathing space, which may break between layers only: `128 relu · 64 relu`. */
export function formatName(name: string): string {
  const [layers, ...settings] = name.split(' ');
  const parts = layers.split(',');
  const words: string[] = [];
  for (let i = 0; i < parts.length; i += 2) words.push(parts.slice(i, i + 2).join('\u00A0'));
  return [words.join(' · '), ...(settings.length > 0 ? [settings.join(' ')] : [])].join(', ');
}
