// What goes to the invoicing platform and what comes back from it (PAY-02).
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, base, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { InvoiceAnswered } from '../../../kit/types.ts';
import { AnswerForm, type AnswerKind } from '../../ui/answer.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useInvoicesStale } from './data.ts';

function Answers({ community }: { community: string }) {
  const stale = useInvoicesStale();
  const kind: AnswerKind<InvoiceAnswered> = {
    path: keep => `/invoice-answers?${new URLSearchParams({ community, ...(keep ? { keep: 'true' } : {}) })}`,
    title: t('invoice.answers'),
    hint: t('invoice.answers.hint'),
    file: t('invoice.answers.file'),
    keep: t('invoice.answers.keep'),
    seen: a => t('invoice.answers.seen', { issued: a.issued, refused: a.refused, same: a.same }),
    wrong: n => t('invoice.answers.wrong', { n }),
    problem: p => (
      <>
        {t('invoice.answers.row', { row: p.row, number: p.number || '–' })} {t(`invoice.problem.${p.code}`)}{' '}
        <span className="dim">{p.value !== p.number && p.value}</span>
      </>
    ),
    news: a => a.issued + a.refused,
    kept: a => t('invoice.answers.kept', { issued: a.issued, refused: a.refused }),
    onKept: stale,
  };
  return <AnswerForm of={kind} />;
}

export function Batches({ community, may }: { community: string; may: boolean }) {
  const send = useSend();
  const stale = useInvoicesStale();
  const query = useInfiniteQuery({
    queryKey: ['invoice-batches', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/invoice-batches', {
          params: { query: { community, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    enabled: community !== '',
  });
  const rows = query.data?.pages.flatMap(p => p.items) ?? [];
  const make = async () => {
    const made = await send.run(once =>
      data(api.POST('/invoice-batches', { params: { header: once }, body: { community } })),
    );
    if (!made) return;
    toast(t('invoice.batch.made', { number: made.number, n: made.n }));
    stale();
  };
  return (
    <div className="stack">
      <h2>{t('invoice.batches')}</h2>
      {may && (
        <>
          <p className="dim">{t('invoice.batch.hint')}</p>
          <TroubleNote trouble={send.trouble} />
          <p className="row wrap">
            <button type="button" className="btn go" disabled={send.busy} onClick={() => void make()}>
              {t('invoice.batch.make')}
            </button>
            <Link className="btn" to="/console/invoice-settings">
              {t('invoice.settings')}
            </Link>
          </p>
        </>
      )}
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={3} />}
      {query.data && rows.length === 0 && <Empty>{t('invoice.batch.none')}</Empty>}
      {rows.length > 0 && (
        <ul className="lines">
          {rows.map(b => (
            <li key={b.id} data-testid="invoice-batch">
              <span className="grow">
                {b.number} <span className="dim">{t('invoice.batch.n', { n: b.n, by: b.by })}</span>{' '}
                {b.waiting > 0 && (
                  <span className="tag amber">{t('invoice.batch.waiting', { n: b.waiting })}</span>
                )}
              </span>
              <span className="num">{yuan(b.amount)}</span>
              {may && (
                <a href={`${base}/invoice-batches/${b.id}/export.xlsx`} download>
                  {t('invoice.batch.file')}
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
      <More query={query} />
      {may && <Answers community={community} />}
    </div>
  );
}
