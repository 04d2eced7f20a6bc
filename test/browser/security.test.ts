/** What the dashboard's server refuses, asked by plain requests and by bytes that no client would send. */
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDashboard } from '../../src/cli/open-dashboard.ts';
import type { Dashboard } from '../../src/dashboard/server.ts';
import { createStudyWithModel } from './studies.ts';

const secret = 'nobody outside may read this';
let base: string;
let dashboard: Dashboard;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'touchdown-security-'));
  await (await createStudyWithModel(join(base, 'studies', 'mine'))).close();
  await (await createStudyWithModel(join(base, 'outside'))).close();
  await writeFile(join(base, 'secret.txt'), secret);
  await writeFile(join(base, 'secret.safetensors'), secret);
  await symlink(join(base, 'outside'), join(base, 'studies', 'link'));
  await symlink(
    join(base, 'secret.safetensors'),
    join(base, 'studies', 'mine', 'models', 'secret.safetensors'),
  );
  dashboard = await openDashboard(join(base, 'studies'), 0);
});

afterAll(async () => {
  await dashboard.close();
  await rm(base, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Asks for a path as it is written; streams of events are cut off after their first piece. */
function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string; host?: string } = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const asked = request(
    {
      host: options.host ?? '127.0.0.1',
      port: dashboard.port,
      path,
      method: options.method ?? 'GET',
      headers: options.headers ?? {},
      agent: false,
    },
    (response) => {
      let body = '';
      const finish = () => {
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers });
        response.destroy();
      };
      response.setEncoding('utf8');
      response.on('data', (piece: string) => {
        body += piece;
        if (response.headers['content-type']?.startsWith('text/event-stream')) finish();
      });
      response.on('end', finish);
    },
  );
  asked.on('error', reject);
  asked.end(options.body);
  return promise;
}

/** Sends bytes and returns all that comes back until the server hangs up, or half a second is over. */
function send(bytes: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(dashboard.port, '127.0.0.1', () => socket.write(bytes));
  let heard = '';
  const finish = () => {
    socket.destroy();
    resolve(heard);
  };
  socket.setEncoding('utf8');
  socket.on('data', (piece: string) => {
    heard += piece;
  });
  socket.on('close', finish);
  socket.on('error', finish);
  socket.setTimeout(500, finish);
  return promise;
}

/** One of every kind of address that the server has. */
const routes = [
  '/',
  '/studies/mine',
  '/studies/mine/trials/0',
  '/api/studies',
  '/api/studies/mine',
  '/api/studies/mine/curves/0',
  '/api/studies/mine/models/trial-0.safetensors',
  '/files/client.js',
  '/files/kernels.wasm',
];

describe('the dashboard’s server', () => {
  test.each(routes)('serves %s to its own page, with a strict policy', async (path) => {
    const { status, headers } = await ask(path, {
      headers: { Origin: `http://127.0.0.1:${dashboard.port}`, 'Sec-Fetch-Site': 'same-origin' },
    });
    expect(status).toBe(200);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*|http/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  test.each(routes)('refuses %s under a name that isn’t its own', async (path) => {
    for (const host of ['evil.example', `evil.example:${dashboard.port}`, '127.0.0.1', 'localhost:1']) {
      const { status, body } = await ask(path, { headers: { Host: host } });
      expect([status, body]).toEqual([403, expect.stringContaining('expected 127.0.0.1')]);
    }
  });

  test.each(routes)('refuses %s to another site’s page', async (path) => {
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: `http://127.0.0.1:${dashboard.port + 1}` },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' },
      { 'Sec-Fetch-Site': 'same-site', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' },
      { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' },
    ]) {
      expect((await ask(path, { headers })).status).toBe(403);
    }
  });

  test('lets a link of another site lead to it', async () => {
    const headers = {
      'Sec-Fetch-Site': 'cross-site',
      'Sec-Fetch-Mode': 'navigate',
      'Sec-Fetch-Dest': 'document',
    };
    expect((await ask('/', { headers })).status).toBe(200);
  });

  test.each(routes)('only reads %s', async (path) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const { status, headers } = await ask(path, { method });
      expect([method, status, headers['allow']]).toEqual([method, 405, 'GET, HEAD']);
    }
    const head = await ask(path, { method: 'HEAD' });
    expect([head.status, head.body]).toEqual([200, '']);
  });

  const ways = [
    '../secret.txt',
    '..%2fsecret.txt',
    '%2e%2e/secret.txt',
    '%2e%2e%2fsecret.txt',
    '%252e%252e%252fsecret.txt',
    '..%5csecret.txt',
    '..\\secret.txt',
    '....//secret.txt',
    '../../../../../../etc/passwd',
    '..%00',
    '%c0%ae%c0%ae/secret.txt',
    '%',
    '//etc/passwd',
  ];

  test.each(routes.flatMap((path) => ways.map((way) => [path, way] as const)))(
    'has nothing from outside its folder at %s/%s',
    async (path, way) => {
      for (const address of [`${path}/${way}`, `${path.replace(/[^/]*$/, '')}${way}`]) {
        const { status, body } = await ask(address.replace(/^\/\/(?=\.)/, '/'));
        expect([address, status >= 400 && status < 500]).toEqual([address, true]);
        expect(body).not.toContain(secret);
        expect(body).not.toContain('root:');
      }
    },
  );

  test('follows no symbolic link out of its folder', async () => {
    for (const path of [
      '/studies/link',
      '/api/studies/link',
      '/api/studies/link/curves/0',
      '/api/studies/link/models/trial-0.safetensors',
      '/api/studies/mine/models/secret.safetensors',
    ]) {
      const { status, body } = await ask(path);
      expect([path, status]).toEqual([path, 404]);
      expect(body).not.toContain(secret);
    }
    expect((await ask('/api/studies')).body).not.toContain('"link"');
  });

  test('refuses what is too large', async () => {
    expect((await ask(`/${'x'.repeat(2000)}`)).status).toBe(414);
    expect((await ask('/', { headers: { 'X-Long': 'x'.repeat(20_000) } })).status).toBe(431);
    const large = { headers: { 'Content-Length': '10000' }, body: 'x'.repeat(10_000) };
    expect((await ask('/', large)).status).toBe(413);
    expect((await ask('/', { headers: { 'Transfer-Encoding': 'chunked' }, body: 'x' })).status).toBe(413);
  });

  test('keeps 64 pages up to date at once and no more, and forgets those that have gone', async () => {
    const open = async () => {
      const controller = new AbortController();
      const address = `http://127.0.0.1:${dashboard.port}/api/studies/mine`;
      const { status } = await fetch(address, { signal: controller.signal });
      return { status, leave: () => controller.abort() };
    };
    for (let round = 0; round < 2; round++) {
      const pages = [];
      for (let page = 0; page < 66; page++) pages.push(await open());
      expect(pages.map(({ status }) => status)).toEqual([...Array<number>(64).fill(200), 503, 503]);
      for (const { leave } of pages) leave();
      await sleep(200);
    }
  });

  test('refuses requests that are none, or ask for another machine', async () => {
    const host = `Host: 127.0.0.1:${dashboard.port}\r\n`;
    expect(await send('GET / HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await send('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await send(`GET http://evil.example/ HTTP/1.1\r\n${host}\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await send(`GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 403 /,
    );
    expect(await send(`CONNECT evil.example:443 HTTP/1.1\r\n${host}\r\n`)).not.toContain('200');
    expect(
      await send(`GET / HTTP/1.1\r\n${host}Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n`),
    ).not.toContain('101 Switching');
  });

  test('listens on this machine’s own address alone', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((entries) => entries ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal);
    for (const { address } of others) {
      await expect(ask('/', { host: address })).rejects.toThrow('ECONNREFUSED');
    }
    await expect(ask('/', { host: '::1' })).rejects.toThrow(/ECONNREFUSED|EADDRNOTAVAIL/);
  });
});
