import { t } from '../../words/collection.ts';

const known = ['cash', 'bank', 'cheque', 'pos', 'wechat', 'alipay', 'prepaid'] as const;

/** By what means something was paid. */
export function means(name: string | undefined): string {
  const one = known.find(k => k === name);
  return one ? t(`collection.means.${one}`) : '';
}
