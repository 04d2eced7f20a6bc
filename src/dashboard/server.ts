/**
 * The dashboard's server: the page, its files, and what the studies of a folder are and become, as server-sent events.
 * It listens on 127.0.0.1 alone, only reads, and shows nothing outside its folder (guard.ts, study-folders.ts).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import { messageOf } from '../errors/message-of.ts';
import { type ClientFile, pageName, readClientFiles } from './client-files.ts';
import { longestHeaders, refuse, securityHeaders } from './guard.ts';
import { ListWatch } from './list-watch.ts';
import type { StudyMessage } from './protocol.ts';
import { StudyFolders } from './study-folders.ts';
import type { StudySource } from './study-source.ts';
import { StudyWatch } from './study-watch.ts';

export interface DashboardOptions {
  /** Of studies, or of one study alone. */
  readonly folder: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly source: StudySource;
}

export interface Dashboard {
  /** Where to look: the list, or the study that is shown alone. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

const address = '127.0.0.1';
const maxConnections = 256;
/** Pages that may be kept up to date at once. */
const maxStreams = 64;
/** Milliseconds between two signs of life. */
const heartbeat = 15_000;

const notFound = (context: Context) => context.text('nothing here by that name', 404);

class DashboardApp {
  readonly routes = new Hono();
  readonly #files: ReadonlyMap<string, ClientFile>;
  readonly #folders: StudyFolders;
  readonly #source: StudySource;
  readonly #list: ListWatch;
  readonly #watches = new Map<string, StudyWatch>();
  #streams = 0;

  constructor(files: ReadonlyMap<string, ClientFile>, folders: StudyFolders, source: StudySource) {
    this.#files = files;
    this.#folders = folders;
    this.#source = source;
    this.#list = new ListWatch(folders, source);
    this.routes.get('/', (context) => this.#page(context, 200));
    this.routes.get('/studies/:study', (context) => this.#studyPage(context));
    this.routes.get('/studies/:study/trials/:trial{[0-9]{1,9}}', (context) => this.#studyPage(context));
    this.routes.get('/api/studies', (context) => this.#studies(context));
    this.routes.get('/api/studies/:study', (context) => this.#study(context));
    this.routes.get('/api/studies/:study/curves/:trial{[0-9]{1,9}}', (context) => this.#curve(context));
    this.routes.get('/api/studies/:study/models/:file', (context) => this.#model(context));
    for (const name of files.keys()) {
      this.routes.get(`/files/${name}`, (context) => this.#file(context, name, 200));
    }
    this.routes.notFound((context) => this.#page(context, 404));
    this.routes.onError((error, context) => context.text(error.message, 500));
  }

  #file(context: Context, name: string, status: 200 | 404): Response {
    const file = this.#files.get(name);
    if (file === undefined) return notFound(context);
    return context.body(file.bytes, status, { 'content-type': file.type, 'cache-control': 'no-cache' });
  }

  #page(context: Context, status: 200 | 404): Response {
    return this.#file(context, pageName, status);
  }

  async #studyPage(context: Context): Promise<Response> {
    const folder = await this.#folders.find(context.req.param('study') ?? '');
    return this.#page(context, folder === undefined ? 404 : 200);
  }

  #studies(context: Context): Promise<Response> | Response {
    return this.#stream(context, (send) => this.#list.listen((list) => send('studies', list)));
  }

  async #study(context: Context): Promise<Response> {
    const id = context.req.param('study') ?? '';
    const folder = await this.#folders.find(id);
    if (folder === undefined) return notFound(context);
    return this.#stream(context, (send, end) =>
      this.#watch(id, folder).listen((message: StudyMessage | undefined) => {
        if (message !== undefined) send('study', message);
        else {
          send('gone', null);
          end();
        }
      }),
    );
  }

  #watch(id: string, folder: string): StudyWatch {
    const known = this.#watches.get(id);
    if (known) return known;
    const watch = new StudyWatch(id, folder, this.#folders, this.#source, () => this.#watches.delete(id));
    this.#watches.set(id, watch);
    return watch;
  }

  async #curve(context: Context): Promise<Response> {
    const folder = await this.#folders.find(context.req.param('study') ?? '');
    if (folder === undefined) return notFound(context);
    const reader = await this.#source.open(folder);
    try {
      return context.json(await reader.curve(Number(context.req.param('trial'))), 200, {
        'cache-control': 'no-store',
      });
    } finally {
      await reader.close();
    }
  }

  async #model(context: Context): Promise<Response> {
    const bytes = await this.#folders.readModel(
      context.req.param('study') ?? '',
      context.req.param('file') ?? '',
    );
    if (bytes === undefined) return notFound(context);
    return context.body(bytes, 200, {
      'content-type': 'application/octet-stream',
      'cache-control': 'no-store',
    });
  }

  /** Server-sent events until the reader goes away, or there is nothing more to tell. */
  #stream(
    context: Context,
    listen: (send: (event: string, data: unknown) => void, end: () => void) => Promise<() => void>,
  ): Response {
    if (context.req.method === 'HEAD')
      return context.body(null, 200, { 'content-type': 'text/event-stream' });
    if (this.#streams >= maxStreams) return context.text(`more than ${maxStreams} pages are open`, 503);
    this.#streams += 1;
    return streamSSE(context, async (stream) => {
      const { promise: ended, resolve: end } = Promise.withResolvers<void>();
      stream.onAbort(end);
      // One after another, and all of them before the stream ends.
      let sent: Promise<void> = Promise.resolve();
      const send = (event: string, data: unknown) => {
        sent = sent.then(() => stream.writeSSE({ event, data: JSON.stringify(data) }));
      };
      const beat = setInterval(() => send('alive', null), heartbeat);
      let stop = () => {};
      try {
        stop = await listen(send, end);
        if (!stream.aborted) await ended;
      } catch (error) {
        const message = messageOf(error);
        send('failure', { error: message });
      } finally {
        clearInterval(beat);
        stop();
        await sent;
        this.#streams -= 1;
      }
    });
  }
}

function answerRefusal(request: IncomingMessage, response: ServerResponse, port: number): boolean {
  const refusal = refuse(request, port);
  if (refusal === undefined) return false;
  const { status, reason } = refusal;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    connection: 'close',
    ...(status === 405 && { allow: 'GET, HEAD' }),
  });
  response.end(`${reason}\n`);
  return true;
}

/** @throws Error in one line when the port is taken. */
async function bind(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ port, host: address }, resolve);
  try {
    await promise;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'something else listens there' : (code ?? String(error));
    throw new Error(`cannot listen on port ${port} (${reason}); expected a free one, or 0 for any`, {
      cause: error,
    });
  }
  return (server.address() as AddressInfo).port;
}

/**
 * Starts a dashboard, which serves until it is closed.
 * @throws Error in one line when the folder isn't there, the port is taken, or the page was not built.
 */
export async function startDashboard({ folder, port, source }: DashboardOptions): Promise<Dashboard> {
  const folders = await StudyFolders.open(folder);
  const { routes } = new DashboardApp(await readClientFiles(), folders, source);
  const answer = getRequestListener(routes.fetch, { overrideGlobalObjects: false });
  const server = createServer(
    { maxHeaderSize: longestHeaders, headersTimeout: 10_000, requestTimeout: 10_000 },
    (request, response) => {
      for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
      const { port: bound } = server.address() as AddressInfo;
      if (!answerRefusal(request, response, bound)) void answer(request, response);
    },
  );
  server.maxConnections = maxConnections;
  const bound = await bind(server, port);
  const path = folders.only === undefined ? '' : `studies/${encodeURIComponent(folders.only)}`;
  return {
    url: `http://${address}:${bound}/${path}`,
    port: bound,
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    },
  };
}
