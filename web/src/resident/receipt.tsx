// Whether a receipt is genuine, for whoever holds its code: nobody signs in, nobody is named (PAY-01).
import { useQuery } from '@tanstack/react-query';
import { api, data, isApiError } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { yuan } from '../kit/format.ts';
import { Skeleton } from '../kit/phone.tsx';
import { t } from './words/index.ts';

export function ProofPage({ code }: { code: string }) {
  const query = useQuery({
    queryKey: ['receipt', code],
    queryFn: () => data(api.GET('/receipt-proofs/{code}', { params: { path: { code } } })),
    retry: false,
  });
  if (query.isPending) return <Skeleton />;
  if (query.isError)
    return (
      <main className="door">
        {isApiError(query.error) && query.error.status === 404 ? (
          <>
            <h1>{t('receipt.unknown')}</h1>
            <p role="alert">{t('receipt.unknown.note')}</p>
          </>
        ) : (
          <>
            <p role="alert">{explain(query.error)}</p>
            <button type="button" className="pbtn go" onClick={() => void query.refetch()}>
              {t('error.retry')}
            </button>
          </>
        )}
      </main>
    );
  const r = query.data;
  const rows: [string, string][] = [
    [t('receipt.number'), r.number],
    [t('receipt.amount'), `¥${yuan(r.amount)}`],
    [t('receipt.day'), r.day],
    [t('receipt.community'), r.communityName],
    [t('receipt.room'), r.room],
    [t('receipt.phone'), r.servicePhone],
  ];
  return (
    <main className="door">
      <h1>{t(r.state === 'valid' ? 'receipt.valid' : 'receipt.void')}</h1>
      {r.state === 'void' && <p role="alert">{t('receipt.void.note', { day: r.voidDay ?? '' })}</p>}
      <dl className="lines">
        {rows
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <p className="dim s14">{t('receipt.compare')}</p>
    </main>
  );
}
