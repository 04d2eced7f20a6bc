/** What all pages have around them. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { formatAge } from './format.ts';
import { type Connection, useNow } from './live.ts';
import { listPath } from './route.ts';
import { toggleTheme, useTheme } from './theme.ts';

export interface Crumb {
  readonly title: string;
  readonly path: string;
}

const connectionNames = {
  connecting: 'connecting',
  live: 'live',
  lost: 'no connection, trying again',
  gone: 'gone',
} as const satisfies Record<Connection, string>;

function ThemeButton() {
  const other = useTheme() === 'dark' ? 'light' : 'dark';
  return (
    <button type="button" class="quiet" onClick={toggleTheme} aria-label={`${other} colours`}>
      {other === 'dark' ? '☾' : '☀'}
    </button>
  );
}

export interface LayoutProps {
  /** Of the browser's window. */
  readonly title: string;
  readonly crumbs: readonly Crumb[];
  readonly connection: Connection;
  readonly children: ComponentChildren;
}

export function Layout({ title, crumbs, connection, children }: LayoutProps) {
  useEffect(() => {
    document.title = title === 'Touchdown' ? title : `${title} · Touchdown`;
  }, [title]);
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="top">
        <nav aria-label="Where this is">
          <a class="wordmark" href={listPath}>
            Touchdown
          </a>
          {crumbs.map(({ title: name, path }) => (
            <a key={path} href={path}>
              {name}
            </a>
          ))}
        </nav>
        <span class={`connection ${connection}`} role="status">
          {connectionNames[connection]}
        </span>
        <ThemeButton />
      </header>
      <main id="content">{children}</main>
    </>
  );
}

/** A time ago, which goes on by itself. */
export function Age({ since }: { since: number }) {
  return <>{formatAge(since, useNow())}</>;
}

/** Facts about something, in a line or two. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** How a study or trial stands, as a word with a dot. */
export const StateMark = ({ state }: { state: string }) => <span class={`state ${state}`}>{state}</span>;

/** What there is to say where something is not to be seen. */
export function Notice({
  connection,
  error,
  what,
}: {
  connection: Connection;
  error: string | undefined;
  what: string;
}) {
  if (error !== undefined) return <p class="notice problem">{error}</p>;
  if (connection === 'gone') {
    return (
      <p class="notice">
        There is no {what} here by that name. <a href={listPath}>All studies</a>
      </p>
    );
  }
  return <p class="notice quiet">{connection === 'lost' ? 'The dashboard doesn’t answer.' : 'Loading …'}</p>;
}
