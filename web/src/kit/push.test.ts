// The worker that shows notifications, as a browser runs it (public/push.js).
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { bytes } from './push.ts';

interface Window {
  url: string;
  focus: () => Promise<unknown>;
  navigate: (url: string) => Promise<unknown>;
}

function worker(windows: Window[] = []) {
  const heard: Record<string, (event: unknown) => void> = {};
  const show = vi.fn(() => Promise.resolve());
  const openWindow = vi.fn(() => Promise.resolve(null));
  const self = {
    addEventListener: (name: string, act: (event: unknown) => void) => {
      heard[name] = act;
    },
    registration: { showNotification: show, scope: 'https://desk.example.com/m' },
    clients: { matchAll: () => Promise.resolve(windows), openWindow },
  };
  new Function('self', readFileSync('public/push.js', 'utf8'))(self);
  const send = async (name: string, event: Record<string, unknown>) => {
    const waits: Promise<unknown>[] = [];
    heard[name]?.({ ...event, waitUntil: (p: Promise<unknown>) => waits.push(p) });
    await Promise.all(waits);
    return waits.length;
  };
  return { send, show, openWindow };
}

const payload = { title: 'BX1 已派单', body: '您的报修', url: '/r/tickets/1', tag: '1', lang: 'zh' };
const touch = (url: unknown) => ({ notification: { close: vi.fn(), data: { url } } });

describe('the worker that shows notifications', () => {
  it('shows what was sent, in its reader’s language', async () => {
    const w = worker();
    expect(await w.send('push', { data: { json: () => payload } })).toBe(1);
    expect(w.show).toHaveBeenCalledWith(
      'BX1 已派单',
      expect.objectContaining({ body: '您的报修', lang: 'zh', tag: '1', data: { url: '/r/tickets/1' } }),
    );
  });

  it('shows something even of a push it cannot read: the browser would take the right away', async () => {
    const w = worker();
    await w.send('push', {
      data: {
        json: () => {
          throw new SyntaxError('no JSON');
        },
      },
    });
    await w.send('push', {});
    expect(w.show).toHaveBeenCalledTimes(2);
    expect(w.show).toHaveBeenLastCalledWith('管家', expect.anything());
  });

  it('opens its page: in a window that shows it, else in one of the same face, else in a new one', async () => {
    const window = (path: string): Window => ({
      url: `https://desk.example.com${path}`,
      focus: vi.fn(() => Promise.resolve()),
      navigate: vi.fn(() => Promise.resolve()),
    });
    const [there, face, other] = [window('/r/tickets/1'), window('/r'), window('/console')];
    await worker([other, face, there]).send('notificationclick', touch('/r/tickets/1'));
    expect(there.focus).toHaveBeenCalled();
    expect(face.navigate).not.toHaveBeenCalled();
    await worker([other, face]).send('notificationclick', touch('/r/tickets/1'));
    expect(face.navigate).toHaveBeenCalledWith('/r/tickets/1');
    expect(other.navigate).not.toHaveBeenCalled();
    const w = worker([other]);
    await w.send('notificationclick', touch('/r/tickets/1'));
    expect(w.openWindow).toHaveBeenCalledWith('/r/tickets/1');
  });

  it('never opens an address of elsewhere', async () => {
    for (const url of [
      'https://evil.example.com/',
      '//evil.example.com',
      'javascript:alert(1)',
      '/x',
      5,
      undefined,
    ]) {
      const w = worker();
      await w.send('notificationclick', touch(url));
      expect(w.openWindow).toHaveBeenCalledWith('/m');
    }
  });
});

it('reads the server’s key as the browser wants it', () => {
  expect([...bytes('_-8B')]).toEqual([255, 239, 1]);
});
