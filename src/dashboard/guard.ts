/**
 * What the server refuses before it looks at anything. It serves one machine's own browser: a page of another site must
 * neither read from it (Origin, Sec-Fetch-Site) nor reach it under a name that was pointed at 127.0.0.1 for that purpose
 * (DNS rebinding: Host). It only ever reads, so other methods, and bodies, are errors.
 */
import type { IncomingMessage } from 'node:http';

export interface Refusal {
  readonly status: number;
  readonly reason: string;
}

type Request = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** Characters of a path with its query. */
const longestPath = 1024;

/** Bytes of all headers together. */
export const longestHeaders = 8192;

/** On every answer. Scripts, styles and connections are the server's own; WebAssembly may be compiled. */
export const securityHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

function refuseHost({ headers }: Request, port: number): Refusal | undefined {
  // Browsers leave the usual port out.
  const suffix = port === 80 ? '' : `:${port}`;
  const hosts = [`127.0.0.1${suffix}`, `localhost${suffix}`];
  if (headers.host !== undefined && hosts.includes(headers.host)) return undefined;
  return { status: 403, reason: `this host is none of the server's names; expected ${hosts.join(' or ')}` };
}

function refuseForeign({ headers }: Request): Refusal | undefined {
  const { origin, host } = headers;
  const foreign: Refusal = {
    status: 403,
    reason: 'a request of another site; expected one of this dashboard',
  };
  if (origin !== undefined && origin !== `http://${host}`) return foreign;
  const site = headers['sec-fetch-site'] ?? 'none';
  if (site === 'none' || site === 'same-origin') return undefined;
  // A link on another page may lead here.
  const isVisit = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  return isVisit ? undefined : foreign;
}

function refusePath({ url = '' }: Request): Refusal | undefined {
  if (url.length > longestPath) {
    return {
      status: 414,
      reason: `a path of ${url.length} characters; expected at most ${longestPath}`,
    };
  }
  const bad: Refusal = { status: 400, reason: 'a path that leads elsewhere; expected one of this dashboard' };
  if (!url.startsWith('/')) return bad;
  try {
    const segments = decodeURIComponent(url.split('?', 1)[0]).split('/');
    return segments.some((segment) => segment === '..' || segment === '.' || /[\\\0]/.test(segment))
      ? bad
      : undefined;
  } catch {
    return bad;
  }
}

function refuseBody({ headers }: Request): Refusal | undefined {
  const length = headers['content-length'] ?? '0';
  return length === '0' && headers['transfer-encoding'] === undefined
    ? undefined
    : { status: 413, reason: 'a request with a body; expected none' };
}

/** Why a request is refused; undefined where it is not. @param port that the server listens on. */
export function refuse(request: Request, port: number): Refusal | undefined {
  const refused = refuseHost(request, port) ?? refuseForeign(request);
  if (refused !== undefined) return refused;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return { status: 405, reason: `${request.method} is not served; expected GET or HEAD` };
  }
  return refuseBody(request) ?? refusePath(request);
}
