// This browser as a place where notifications arrive: a switch of its owner, not of whoever signs in next.
import { useEffect } from 'react';
import { api, data } from './client.ts';
import type { Reach } from './types.ts';

export type FaceName = 'console' | 'm' | 'r';

/** People at work and residents have the same switches under addresses of their own. */
export const reachOf = (face: FaceName) => {
  const put = (body: { push: boolean; mail: boolean }): Promise<Reach> =>
    data(
      face === 'r'
        ? api.PUT('/resident/messages', { body: { ...body, face } })
        : api.PUT('/account/messages', { body: { ...body, face } }),
    );
  return {
    get: (): Promise<Reach> =>
      data(face === 'r' ? api.GET('/resident/messages') : api.GET('/account/messages')),
    put,
    address: (address: string, header: { 'Idempotency-Key': string }): Promise<Reach> => {
      const options = { params: { header }, body: { address, face } };
      return data(
        face === 'r'
          ? api.POST('/resident/messages/address', options)
          : api.POST('/account/messages/address', options),
      );
    },
    confirm: (code: string, header: { 'Idempotency-Key': string }): Promise<Reach> => {
      const options = { params: { header }, body: { code } };
      return data(
        face === 'r'
          ? api.POST('/resident/messages/confirm', options)
          : api.POST('/account/messages/confirm', options),
      );
    },
    forget: (): Promise<Reach> =>
      data(face === 'r' ? api.DELETE('/resident/messages/address') : api.DELETE('/account/messages/address')),
    browser: (sub: PushSubscription): Promise<Reach> => {
      const { endpoint = '', keys = {} } = sub.toJSON();
      const body = { endpoint, p256dh: keys.p256dh ?? '', auth: keys.auth ?? '', face };
      return data(
        face === 'r'
          ? api.PUT('/resident/messages/devices', { body })
          : api.PUT('/account/messages/devices', { body }),
      );
    },
  };
};

export const supported = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;

const script = { console: '/push.js', m: '/m-offline.js', r: '/push.js' };

/** The worker of a face; the phone has one already. */
export const register = (face: FaceName): Promise<ServiceWorkerRegistration> =>
  navigator.serviceWorker.register(script[face], { scope: `/${face}` });

export function bytes(key: string): Uint8Array<ArrayBuffer> {
  const text = atob(key.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, c => c.charCodeAt(0));
}

const owner = (face: FaceName) => `gj:push:${face}`;

/** Asks the browser, subscribes, and tells the server; false where the browser says no. */
export async function turnOn(face: FaceName, key: string, who: string): Promise<Reach | false> {
  if ((await Notification.requestPermission()) !== 'granted') return false;
  await register(face);
  const { pushManager } = await navigator.serviceWorker.ready;
  // One that was made with another key, before a restore or a move, is of no use.
  await (await pushManager.getSubscription())?.unsubscribe();
  const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  const reach = await reachOf(face).browser(made);
  localStorage.setItem(owner(face), who);
  return reach;
}

/** The browser forgets; the server hears of it when it next tries. */
export async function turnOff(face: FaceName): Promise<void> {
  localStorage.removeItem(owner(face));
  if (!supported()) return;
  const known = await navigator.serviceWorker.getRegistration(`/${face}`);
  await (await known?.pushManager?.getSubscription())?.unsubscribe();
}

/** Whether notifications of this face arrive in this browser for who is signed in. */
export async function isOn(face: FaceName, who: string): Promise<boolean> {
  if (!supported() || Notification.permission !== 'granted' || localStorage.getItem(owner(face)) !== who)
    return false;
  const known = await navigator.serviceWorker.getRegistration(`/${face}`);
  return Boolean(await known?.pushManager?.getSubscription());
}

/** At the start: what belonged to somebody else ends, what is one's own is told anew with the session and language of now. */
export async function keep(face: FaceName, who: string): Promise<void> {
  if (!supported()) return;
  const known = localStorage.getItem(owner(face));
  if (known && known !== who) await turnOff(face);
  if (!(await isOn(face, who))) return;
  const registration = await navigator.serviceWorker.getRegistration(`/${face}`);
  const made = await registration?.pushManager.getSubscription();
  if (made && (await reachOf(face).get()).push) await reachOf(face).browser(made);
}

/** keep, once for who is signed in; a browser that fails at it goes on without. */
export function useKeep(face: FaceName, who: string): void {
  useEffect(() => {
    if (who) keep(face, who).catch(() => undefined);
  }, [face, who]);
}
