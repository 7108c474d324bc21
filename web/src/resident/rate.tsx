// The page that a link opens: nobody signs in (FUP-02).
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data, isApiError } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { Skeleton } from '../kit/phone.tsx';
import { RateForm, Thanks } from './rate-form.tsx';
import { t } from './words/index.ts';

function Asked({ token }: { token: string }) {
  const [done, setDone] = useState<boolean>();
  const query = useQuery({
    queryKey: ['rate', token],
    queryFn: () => data(api.GET('/rate/{token}', { params: { path: { token } } })),
    retry: false,
  });
  if (done !== undefined) return <Thanks solved={done} />;
  if (query.isPending) return <Skeleton />;
  if (query.isLoadingError)
    return isApiError(query.error) && query.error.status === 404 ? (
      <div className="thanks">
        <h2>{t('rate.invalid')}</h2>
        <p>{t('rate.invalid.note')}</p>
      </div>
    ) : (
      <div className="trouble" role="alert">
        {explain(query.error)}
        <button type="button" className="link" onClick={() => void query.refetch()}>
          {t('error.retry')}
        </button>
      </div>
    );
  const asked = query.data;
  if (asked.state !== 'due')
    return (
      <div className="thanks">
        <h2>{t('rate.over')}</h2>
        {asked.state === 'void' && <p>{t('rate.void')}</p>}
      </div>
    );
  return (
    <>
      {asked.title && (
        <section className="sect">
          <dl className="lines">
            <div>
              <dt>{t('rate.about')}</dt>
              <dd>
                {asked.title} <span className="dim s14">{asked.ticketNumber}</span>
              </dd>
            </div>
            {asked.remedy && (
              <div>
                <dt>{t('rate.done_for')}</dt>
                <dd>{asked.remedy}</dd>
              </div>
            )}
          </dl>
        </section>
      )}
      <section className="sect">
        <RateForm
          visited={asked.visited}
          send={(body, once) =>
            data(api.POST('/rate/{token}', { params: { path: { token }, header: once }, body }))
          }
          onDone={setDone}
        />
      </section>
    </>
  );
}

export function RatePage({ token }: { token: string }) {
  return (
    <main className="screen">
      <header className="hi">
        <h1>{t('rate.title')}</h1>
      </header>
      <Asked token={token} />
    </main>
  );
}
