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
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const two = (n: number) => String(n).padStart(2, '0');

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
let clock: Intl.DateTimeFormat | undefined;

/** Where the community on the screen lies: its clock is the one that is shown and typed, wherever the desk stands. A zone that the browser does not know leaves it to the device. */
export function keepZone(next: string | undefined): void {
  if (next === zone) return;
  zone = next;
  try {
    clock =
      next === undefined
        ? undefined
        : new Intl.DateTimeFormat('sv', { timeZone: next, dateStyle: 'short', timeStyle: 'medium' });
  } catch {
    clock = undefined;
  }
}

/** The community's wall clock at an instant, to the second, as the UTC fields of a Date. */
function wall(at: Date): Date {
  const ms = at.getTime();
  if (Number.isNaN(ms)) return at;
  return clock
    ? new Date(`${clock.format(at).replace(' ', 'T')}Z`)
    : new Date(ms - at.getTimezoneOffset() * MINUTE);
}

/** The instant at which that clock shows this; what it leaves out in spring is the hour after. */
function atWall(shown: number): Date {
  const ahead = (ms: number) => wall(new Date(ms)).getTime() - Math.floor(ms / 1000) * 1000;
  return new Date(shown - ahead(shown - ahead(shown)));
}

/** 2026-03-02T09:30:00; of what is no instant nothing. */
function shown(at: Date | number): string {
  const clock = wall(new Date(at));
  return Number.isNaN(clock.getTime()) ? '' : clock.toISOString();
}

/** The community's day of an instant: 2026-03-02. */
export const dayOf = (at: Date | number): string => shown(at).slice(0, 10);

/** The community's day: what a form begins with. */
export const today = (now = serverNow()): string => dayOf(now);

/** An instant as an input of date and time holds it. */
export const typedTime = (at: Date | number): string => shown(at).slice(0, 16);

/** When a day of the community begins. */
export const startOf = (day: string): Date => atWall(Date.parse(`${day}T00:00Z`));

/** What an input of date and time holds, as an instant. What is none, as in the year 20261, goes as it was typed: the server says so at its input. */
export function instant(local: string): string {
  const at = atWall(Date.parse(`${local}Z`));
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

/** 09:30 by the community's clock. */
export const hourMinute = (at: Date): string => clockOf(wall(at));
const clockOf = (shown: Date): string => `${two(shown.getUTCHours())}:${two(shown.getUTCMinutes())}`;
const monthDay = (shown: Date): string => `${two(shown.getUTCMonth() + 1)}-${two(shown.getUTCDate())}`;
const dayNumber = (shown: Date): number => Math.floor(shown.getTime() / DAY);

/** Countdown text: a stopwatch within a day, the hour itself beyond. */
export function countdown(left: number, now = serverNow()): string {
  if (left < DAY) return stopwatch(left);
  const due = wall(new Date(now + left));
  const ahead = dayNumber(due) - dayNumber(wall(new Date(now)));
  if (ahead === 1) return word('time.tomorrow', { time: clockOf(due) });
  return `${monthDay(due)} ${clockOf(due)}`;
}

/** How long past the deadline a running clock is: `2:10`, `1:05:00`, then days. */
export const overdue = (ms: number): string => (ms < DAY ? stopwatch(ms) : took(ms));

/** `10:12` today, `昨天 18:12`, `11-02 09:30`, with the year only where it is another one. */
export function when(iso: string, now = serverNow()): string {
  const [at, today] = [wall(new Date(iso)), wall(new Date(now))];
  const ago = dayNumber(today) - dayNumber(at);
  const time = clockOf(at);
  if (ago === 0) return time;
  if (ago === 1) return word('time.yesterday', { time });
  if (ago === -1) return word('time.tomorrow', { time });
  if (at.getUTCFullYear() === today.getUTCFullYear()) return `${monthDay(at)} ${time}`;
  return `${at.getUTCFullYear()}-${monthDay(at)}`;
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
  const at = wall(new Date(iso));
  const locale = currentLang() === 'en' ? 'en-GB' : 'zh-CN';
  const day = at.toLocaleDateString(locale, { weekday: 'short', timeZone: 'UTC' });
  return `${at.getUTCFullYear()}-${monthDay(at)} ${day} ${clockOf(at)}:${two(at.getUTCSeconds())}`;
}

/** The next moment the wall clock shows `HH:MM`, as the technician promises it to the customer. */
export function nextAt(time: string, now = serverNow()): Date | undefined {
  const found = /^(\d{1,2})[:：](\d{2})$/.exec(time.trim());
  if (!found) return undefined;
  const [h, m] = [Number(found[1]), Number(found[2])];
  if (h > 23 || m > 59) return undefined;
  const shown = wall(new Date(now)).setUTCHours(h, m, 0, 0);
  const at = atWall(shown);
  return at.getTime() < now - 5 * MINUTE ? atWall(shown + DAY) : at;
}
