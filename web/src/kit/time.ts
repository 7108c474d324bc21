// Time as it is read: the server's clock rules, relative first, the exact one on hover.
import { useSyncExternalStore } from 'react';
import { currentLang, word } from './i18n.ts';

const kept = 'gj:clock';

/** Without a network the phone goes on with what it last knew of the server's clock. */
function lastKnown(): number {
  try {
    return Number(localStorage.getItem(kept)) || 0;
  } catch {
    return 0;
  }
}

let offset = lastKnown();
let timer: ReturnType<typeof setInterval> | undefined;
let second = 0;
const watchers = new Set<() => void>();

/** Called with X-Server-Time of each answer, so that countdowns follow the server and not the desk. */
export function noteServerTime(header: string | null, at = Date.now()): void {
  const ms = Number(header);
  if (!header || !Number.isFinite(ms) || ms <= 0) return;
  const jump = Math.abs(ms - at - offset);
  offset = ms - at;
  if (jump > 1000) keepClock();
  if (timer && jump > 1000) beat();
}

function keepClock() {
  try {
    localStorage.setItem(kept, String(offset));
  } catch {
    // Only the time shown without a network is less exact.
  }
}

export const serverNow = (): number => Date.now() + offset;

let zone: string | undefined;

/** Where the community on the screen lies. A zone that the browser does not know leaves days to the device. */
export function keepZone(next: string | undefined): void {
  if (next === zone) return;
  try {
    new Date().toLocaleDateString('sv', { timeZone: next });
    zone = next;
  } catch {
    zone = undefined;
  }
}

/** The community's day, wherever the desk stands: what a form begins with. */
export const today = (now = serverNow()): string =>
  new Date(now).toLocaleDateString('sv', { timeZone: zone });

/** What an input of date and time holds, as an instant. What is none, as in the year 20261, goes as it was typed: the server says so at its input. */
export function instant(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? local : at.toISOString();
}

function beat() {
  second = serverNow();
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void) {
  watchers.add(watcher);
  if (!timer) {
    second = serverNow();
    timer = setInterval(beat, 1000);
  }
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The page's one ticker: every countdown on it moves in the same beat. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => {
    if (Math.abs(serverNow() - second) > 2000) second = serverNow();
    return second;
  });
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const two = (n: number) => String(n).padStart(2, '0');

/** `21:04` under an hour, `4:40:12` under a day. */
export function stopwatch(ms: number): string {
  const s = Math.floor(Math.max(0, ms) / 1000);
  const [h, m] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60)];
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** `45 分`, `5 小时 45 分`, `2 天 3 小时`: what something took. */
export function took(ms: number): string {
  const s = Math.floor(Math.max(0, ms) / 1000);
  if (s < 60) return word('time.s', { s });
  const m = Math.floor(s / 60);
  if (m < 60) return s % 60 && m < 10 ? word('time.ms', { m, s: s % 60 }) : word('time.m', { m });
  const h = Math.floor(m / 60);
  if (h < 24) return m % 60 ? word('time.hm', { h, m: m % 60 }) : word('time.h', { h });
  const d = Math.floor(h / 24);
  return h % 24 ? word('time.dh', { d, h: h % 24 }) : word('time.d', { d });
}

/** A limit as it is agreed: 24 小时, not 1 天. */
export const limit = (ms: number): string =>
  ms % HOUR === 0 && ms <= 4 * DAY ? word('time.h', { h: ms / HOUR }) : took(ms);

export const hourMinute = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}`;
const monthDay = (at: Date): string => `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
const midnight = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
const daysBetween = (from: Date, to: Date): number => Math.round((midnight(to) - midnight(from)) / DAY);

/** Countdown text: a stopwatch within a day, the hour itself beyond. */
export function countdown(left: number, now = serverNow()): string {
  if (left < DAY) return stopwatch(left);
  const due = new Date(now + left);
  const ahead = daysBetween(new Date(now), due);
  if (ahead === 1) return word('time.tomorrow', { time: hourMinute(due) });
  return `${monthDay(due)} ${hourMinute(due)}`;
}

/** How long past the deadline a running clock is: `2:10`, `1:05:00`, then days. */
export const overdue = (ms: number): string => (ms < DAY ? stopwatch(ms) : took(ms));

/** `10:12` today, `昨天 18:12`, `11-02 09:30`, with the year only where it is another one. */
export function when(iso: string, now = serverNow()): string {
  const [at, today] = [new Date(iso), new Date(now)];
  const ago = daysBetween(at, today);
  const time = hourMinute(at);
  if (ago === 0) return time;
  if (ago === 1) return word('time.yesterday', { time });
  if (ago === -1) return word('time.tomorrow', { time });
  if (at.getFullYear() === today.getFullYear()) return `${monthDay(at)} ${time}`;
  return `${at.getFullYear()}-${monthDay(at)}`;
}

/** `刚刚`, `5 分前`, then the moment. */
export function ago(iso: string, now = serverNow()): string {
  const past = now - Date.parse(iso);
  if (past >= 0 && past < MINUTE) return word('time.just_now');
  if (past >= 0 && past < HOUR) return word('time.m_ago', { m: Math.floor(past / MINUTE) });
  return when(iso, now);
}

/** The exact moment, for the hover. */
export function exact(iso: string): string {
  const at = new Date(iso);
  const locale = currentLang() === 'en' ? 'en-GB' : 'zh-CN';
  const day = at.toLocaleDateString(locale, { weekday: 'short' });
  return `${at.getFullYear()}-${monthDay(at)} ${day} ${hourMinute(at)}:${two(at.getSeconds())}`;
}

/** The next moment the wall clock shows `HH:MM`, as the technician promises it to the customer. */
export function nextAt(time: string, now = serverNow()): Date | undefined {
  const found = /^(\d{1,2})[:：](\d{2})$/.exec(time.trim());
  if (!found) return undefined;
  const [h, m] = [Number(found[1]), Number(found[2])];
  if (h > 23 || m > 59) return undefined;
  const at = new Date(now);
  at.setHours(h, m, 0, 0);
  if (at.getTime() < now - 5 * MINUTE) at.setDate(at.getDate() + 1);
  return at;
}
