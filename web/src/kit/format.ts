import { currentLang, wordFor } from './i18n.ts';
import type { Building, Category } from './types.ts';

/** BX20261114-0007 is read as BX1114-0007 in lists. */
export const shortNumber = (number: string): string => number.replace(/^([A-Z]+)\d{4}(\d{4}-)/, '$1$2');

/** One decimal, as ratings are spoken. */
export const rating = (value: number): string => value.toFixed(1);

export const categoryName = (c: Pick<Category, 'zh' | 'en'> | undefined): string =>
  c ? (currentLang() === 'en' ? c.en : c.zh) : '';

export const buildingName = (b: Building): string => b.name || b.code;

export const nameOf = (by: string | { name: string } | undefined): string =>
  typeof by === 'string' ? by : (by?.name ?? '');

/** What a line of a request says: words of data by their names. */
export const lineText = (line: { label: string; to: string }): string =>
  (line.label === 'relation' && wordFor(`relation.${line.to}`)) || line.to;

/** "1234567.80" → "1,234,567.80": amounts are decimal texts and are never counted with here. */
export const yuan = (text: string) => text.replace(/\d+/, whole => whole.replace(/\B(?=(\d{3})+$)/g, ','));
