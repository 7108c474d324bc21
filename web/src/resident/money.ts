// Amounts as the screen adds them up; what is paid is computed by the server.
import { currentLang } from '../kit/i18n.ts';
import { t } from './words/index.ts';

const fen = (yuan: string): number => Math.round(Number(yuan) * 100);

/** The sum of amounts of yuan. */
export function sum(amounts: string[]): string {
  const total = amounts.reduce((all, one) => all + fen(one), 0);
  const sign = total < 0 ? '-' : '';
  return `${sign}${Math.floor(Math.abs(total) / 100)}.${String(Math.abs(total) % 100).padStart(2, '0')}`;
}

export const some = (yuan: string): boolean => fen(yuan) !== 0;

/** "2026-01" as people say it. */
export function monthName(period: string): string {
  const [y = '', m = ''] = period.split('-');
  return t('bills.month', { y, m: currentLang() === 'zh' ? Number(m) : m });
}

/** The item in the reader's language. */
export const itemName = (line: { itemName?: string; itemNameEn?: string }): string =>
  (currentLang() === 'en' && line.itemNameEn) || line.itemName || '';
