import { currentLang, wordFor } from './i18n.ts';
import type { Building, Category } from './types.ts';

/** BX20261114-0007 is read as BX1114-0007 in lists. */
export const shortNumber = (number: string): string => number.replace(/^([A-Z]+)\d{4}(\d{4}-)/, '$1$2');

/** One decimal, as ratings are spoken. */
export const rating = (value: number): string => value.toFixed(1);

export const categoryName = (c: Pick<Category, 'zh' | 'en'> | undefined): string =>
  c ? (currentLang() === 'en' ? c.en : c.zh) : '';

/** The side of a fee that a ticket is about. */
export const facetName = (c: Category | undefined, id: string | undefined): string =>
  categoryName(c?.facets?.find(f => f.id === id));

export const buildingName = (b: Building): string => b.name || b.code;

export const nameOf = (by: string | { name: string } | undefined): string =>
  typeof by === 'string' ? by : (by?.name ?? '');

/** What a line of a request says: words of data by their names. */
export const lineText = (line: { label: string; to: string }): string =>
  (['relation', 'means', 'claim'].includes(line.label) && wordFor(`${line.label}.${line.to}`)) || line.to;

/** "1234567.80" → "1,234,567.80": amounts are decimal texts and are never counted with here. */
export const yuan = (text: string) => text.replace(/\d+/, whole => whole.replace(/\B(?=(\d{3})+$)/g, ','));

/** "12.34" → 1234: whole fen, to add up what is shown; what is booked is reckoned by the server. */
export const fenOf = (text: string) => {
  const [whole = '0', part = ''] = text.replace('-', '').split('.');
  const fen = Number(whole) * 100 + Number(part.padEnd(2, '0').slice(0, 2));
  return text.startsWith('-') ? -fen : fen;
};

/** 1234 → "12.34". */
export const ofFen = (fen: number) => {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

/** What somebody types as an amount: up to eleven digits and two decimals. */
export const isAmount = (text: string) => /^\d{1,9}(\.\d{1,2})?$/.test(text) && Number(text) > 0;
