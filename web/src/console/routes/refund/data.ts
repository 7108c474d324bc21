import type { Refund } from '../../../kit/types.ts';
import { t } from '../../words/index.ts';

export const colour: Record<Refund['state'], string> = {
  asked: 'amber',
  checked: 'amber',
  approved: 'care',
  paying: 'care',
  paid: 'green',
  refused: '',
  withdrawn: '',
};

/** How it goes back: by the means it had come by, or as who pays out says. */
export const meansOf = (means: string | undefined) =>
  means ? t(`means.${means as 'cash'}`) : t('refund.means.any');
