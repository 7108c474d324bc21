// A number of a transfer that was entered before is said while it is typed: money that is booked twice is missed twice (ARR-06).
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useCommunity } from '../../session.ts';
import { t } from '../../words/index.ts';
import type { means } from './data.ts';

/** How long nobody types before it is asked for, in milliseconds. */
const pause = 300;

type How = Exclude<(typeof means)[number], 'cash'>;

export function SameNumber({ how, reference }: { how: How; reference: string }) {
  const community = useCommunity();
  const typed = reference.trim();
  const [number, setNumber] = useState('');
  useEffect(() => {
    const later = setTimeout(() => setNumber(typed), pause);
    return () => clearTimeout(later);
  }, [typed]);
  const query = useQuery({
    queryKey: ['same-number', community, how, number],
    queryFn: () =>
      data(api.GET('/payment-numbers', { params: { query: { community, means: how, reference: number } } })),
    enabled: community !== '' && number.length > 1,
  });
  const rows = number.length > 1 ? (query.data?.items ?? []) : [];
  if (rows.length === 0) return null;
  return (
    <div role="status" className="warn" data-testid="same-number">
      {t('cashier.same')}
      <ul>
        {rows.map(r => (
          <li key={`${r.paymentId ?? ''}${r.day}${r.amount}`}>
            {r.day} ¥{yuan(r.amount)} {r.label || t('cashier.suspense')} {r.receipt}
          </li>
        ))}
      </ul>
    </div>
  );
}
