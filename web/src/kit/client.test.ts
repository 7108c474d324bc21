import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { api, data, isOffline, keepSession, upload, whenSignedOut } from './client.ts';
import { explain } from './explain.ts';
import { ApiError } from './problem.ts';
import { noteServerTime, serverNow } from './time.ts';
import type { Session } from './types.ts';

let sent: Request[];
let answer: () => Response | Promise<Response>;
const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });
const session: Session = {
  account: { id: '1', username: 'lin', name: '林晓' },
  csrf: 'token',
  permissions: [],
  communities: [],
  mustChangePassword: false,
  mustEnrol: false,
  live: 0,
};

beforeEach(() => {
  sent = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push(request);
    return answer();
  });
  keepSession(session);
});
afterEach(() => {
  vi.unstubAllGlobals();
  noteServerTime(String(Date.now()));
});

const post = () =>
  api.POST('/tickets/{id}/accept', {
    params: { path: { id: 'a' }, header: { 'If-Match': '"3"' } },
  });

it('sends token, language, version and a fresh key with every write', async () => {
  answer = () => json({ id: 'a' });
  await post();
  await post();
  const [first, second] = sent as [Request, Request];
  expect(first.headers.get('X-CSRF-Token')).toBe('token');
  expect(first.headers.get('Accept-Language')).toBe('zh-CN');
  expect(first.headers.get('If-Match')).toBe('"3"');
  expect(first.headers.get('Idempotency-Key')).not.toBe(second.headers.get('Idempotency-Key'));
});

it('reads without a token and takes the time of the server', async () => {
  answer = () => json({ needed: false }, 200, { 'X-Server-Time': String(Date.now() + 3_600_000) });
  expect(await data(api.GET('/setup'))).toEqual({ needed: false });
  expect(sent[0]?.headers.has('X-CSRF-Token')).toBe(false);
  expect(serverNow() - Date.now()).toBeGreaterThan(3_500_000);
});

it('throws refusals with their words, and says a stale edit plainly', async () => {
  answer = () => json({ code: 'stale', detail: 'x' }, 409);
  const error = await post().catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ApiError);
  expect(explain(error)).toContain('刚被别人改过');
});

it('tells silence from refusal', async () => {
  answer = () => Promise.reject(new TypeError('failed'));
  const error = await post().catch((e: unknown) => e);
  expect(isOffline(error)).toBe(true);
  expect(explain(error)).toContain('连上后再发');
});

it('notices a session that has ended, but not a wrong password', async () => {
  const ended = vi.fn();
  whenSignedOut(ended);
  answer = () => json({ code: 'auth.failed', detail: '不对' }, 401);
  await api.POST('/session', { body: { username: 'a', password: 'b' } }).catch(() => undefined);
  expect(ended).not.toHaveBeenCalled();
  answer = () => json({ code: 'auth.required' }, 401);
  await post().catch(() => undefined);
  expect(ended).toHaveBeenCalledOnce();
});

it('uploads a file as a form', async () => {
  answer = () => json({ id: 'p' });
  expect(await upload('/tickets/a/photos?kind=after', new Blob(['x']), 'photo.jpg')).toEqual({ id: 'p' });
  expect(sent[0]?.headers.get('Content-Type')).toContain('multipart/form-data');
});

it('takes a second step on what the first one made, before the page has read it; an edit is not passed off so', async () => {
  const id = '0pqdt6t400201';
  const step = (version: string) =>
    api.POST('/tickets/{id}/accept', { params: { path: { id }, header: { 'If-Match': version } } });
  answer = () => json({ id, version: 4 });
  await step('"3"');
  await step('"3"');
  await step('"2"');
  expect(sent.map(r => r.headers.get('If-Match'))).toEqual(['"3"', '"4"', '"2"']);
  sent = [];
  answer = () => json({ id, version: 9 });
  await step('"8"');
  await api.PUT('/rooms/{id}', {
    params: { path: { id }, header: { 'If-Match': '"8"' } },
    body: {} as never,
  });
  expect(sent.map(r => r.headers.get('If-Match'))).toEqual(['"8"', '"8"']);
});

it('says whose the ticket is now, and blames the position only where the permission lacks', async () => {
  const refused = async (code: string, detail: string) => {
    answer = () => json({ code, detail, status: 403 }, 403);
    return explain(await post().catch((e: unknown) => e));
  };
  expect(await refused('ticket.not_yours', '这张工单派给了别人')).toBe('这张工单派给了别人');
  expect(await refused('auth.forbidden', '您没有进行此操作的权限')).toContain('岗位');
});

it('says that nothing is there for an address of which a letter was lost, and why a file is no more', async () => {
  const refused = async (status: number, problem: object) => {
    answer = () => json({ detail: '有些内容需要修改', status, ...problem }, status);
    return explain(await post().catch((e: unknown) => e));
  };
  const errors = [{ field: 'id', code: 'wrong_form', message: '格式不对' }];
  expect(await refused(422, { code: 'request.fields', errors })).toContain('没找到');
  expect(await refused(404, { code: 'not_found' })).toContain('没找到');
  expect(await refused(404, { code: 'import.expired', detail: '文件已过期删除' })).toBe('文件已过期删除');
});
