// Two languages. Each face brings its own words beside the shared ones; zh defines the keys and is always
// loaded, en is fetched when somebody wants it. Read words in render only: the language can change.
import { createElement, Fragment, type ReactNode, useSyncExternalStore } from 'react';
import { type KitKey, zh as kitZh } from './words/zh.ts';

export type Lang = 'zh' | 'en';
export type Words<K extends string = string> = Record<K, string>;
type Value = string | number | undefined | null;

const stored = 'gj:lang';
const cookie = 'gj_lang';
let lang: Lang = 'zh';
const words: Record<Lang, Words> = { zh: { ...kitZh }, en: {} };
const loaders: (() => Promise<Words>)[] = [() => import('./words/en.ts').then(m => m.en)];
const watchers = new Set<() => void>();
/** Counts what changes the words on the screen. */
let edition = 0;

function tellAll(): void {
  edition++;
  for (const watcher of watchers) watcher();
}

export const currentLang = (): Lang => lang;

/** `{name}` is replaced; `{n#day|days}` chooses by number. Unknown names stay visible. */
export function interpolate(template: string, params: Record<string, Value> = {}): string {
  return template.replace(
    /\{(\w+)(?:#([^|}]*)\|([^}]*))?\}/g,
    (whole, name: string, one?: string, many?: string) => {
      const value = params[name];
      if (value === undefined || value === null) return whole;
      if (one === undefined) return String(value);
      return Number(value) === 1 ? one : (many ?? '');
    },
  );
}

function find(key: string): string {
  return words[lang][key] ?? words.zh[key] ?? key;
}

export const word = (key: KitKey, params?: Record<string, Value>): string => interpolate(find(key), params);

/** For keys made of data, such as a status; undefined where nobody named it. */
export function wordFor(key: string, params?: Record<string, Value>): string | undefined {
  const template = words[lang][key] ?? words.zh[key];
  return template === undefined ? undefined : interpolate(template, params);
}

/** Like word(), but the parameters may be elements: the sentences of a timeline. */
export function rich(template: string, params: Record<string, ReactNode>): ReactNode {
  const parts = template.split(/\{(\w+)\}/);
  // Odd places are names; the place in the template is the identity.
  const nodes = parts.map((part, at) => createElement(Fragment, { key: at }, at % 2 ? params[part] : part));
  return createElement(Fragment, null, nodes);
}

export const template = find;

/** A face adds its words once, at start; a part that is loaded later adds its own then. */
export function dictionary<K extends string>(zh: Words<K>, en: () => Promise<Words<K>>) {
  Object.assign(words.zh, zh);
  loaders.push(en);
  if (lang === 'en')
    void en().then(late => {
      Object.assign(words.en, late);
      tellAll();
    });
  return (key: K | KitKey, params?: Record<string, Value>): string => interpolate(find(key), params);
}

/** A link that downloads something sends the browser's language, not the one that was chosen here. */
const tell = (): void => {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store is not in every engine
  document.cookie = `${cookie}=${lang}; path=/api; SameSite=Strict`;
};

let asked: Lang = lang;

export async function setLang(next: Lang): Promise<void> {
  asked = next;
  if (next === 'en') {
    const all = await Promise.all(loaders.map(load => load()));
    Object.assign(words.en, ...all);
  }
  if (asked !== next) return; // who went back while the words were on their way has gone back
  lang = next;
  localStorage.setItem(stored, next);
  tell();
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en';
  tellAll();
}

export async function startLang(): Promise<void> {
  tell();
  if (localStorage.getItem(stored) === 'en') await setLang('en').catch(() => undefined);
}

const watch = (watcher: () => void) => {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
};

/** What the server says in words is to be asked for anew in another language. */
export function whenLang(act: () => void): void {
  let last = lang;
  watch(() => {
    if (last === lang) return;
    last = lang;
    act();
  });
}

/** The page that asks is drawn anew with the words of now; what it holds stays. */
export function useLang(): Lang {
  useSyncExternalStore(watch, () => edition);
  return lang;
}
