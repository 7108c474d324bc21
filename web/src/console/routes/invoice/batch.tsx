// What goes to the invoicing platform and what comes back from it (PAY-02).
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, base, data, upload } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { InvoiceAnswered } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useInvoicesStale } from './data.ts';

function Answers({ community }: { community: string }) {
  const send = useSend();
  const stale = useInvoicesStale();
  const [file, setFile] = useState<File>();
  const [round, setRound] = useState(0);
  const [seen, setSeen] = useState<InvoiceAnswered>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(file ? {} : { file: t('form.missing') }) || !file) return;
    const params = new URLSearchParams({ community, ...(seen ? { keep: 'true' } : {}) });
    const made = await send.run(() => upload<InvoiceAnswered>(`/invoice-answers?${params}`, file, file.name));
    if (!made) return;
    if (!made.kept) return setSeen(made);
    toast(t('invoice.answers.kept', { issued: made.issued, refused: made.refused }));
    setSeen(undefined);
    setFile(undefined);
    setRound(n => n + 1);
    stale();
  };
  const news = seen ? seen.issued + seen.refused : 0;
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('invoice.answers')}>
      <h3>{t('invoice.answers')}</h3>
      <p className="dim">{t('invoice.answers.hint')}</p>
      <Field label={t('invoice.answers.file')} error={send.fields.file} required>
        {a => (
          <input
            {...a}
            key={round}
            type="file"
            accept=".csv,.txt,.xlsx"
            onChange={e => {
              setSeen(undefined);
              setFile(e.target.files?.[0]);
            }}
          />
        )}
      </Field>
      {seen && (
        <section aria-live="polite" className="stack">
          <p>
            {t('invoice.answers.seen', {
              issued: seen.issued,
              refused: seen.refused,
              same: seen.same,
            })}
          </p>
          {seen.problems.length > 0 && (
            <>
              <p className="field-error">{t('invoice.answers.wrong', { n: seen.problems.length })}</p>
              <ul className="lines">
                {seen.problems.map(p => (
                  <li key={p.row}>
                    {t('invoice.answers.row', { row: p.row, number: p.number || '–' })}{' '}
                    {t(`invoice.problem.${p.code}`)}{' '}
                    <span className="dim">{p.value !== p.number && p.value}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </section>
      )}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button
          type="submit"
          className="btn go"
          disabled={send.busy || (seen !== undefined && (seen.problems.length > 0 || news === 0))}
        >
          {t(seen ? 'invoice.answers.keep' : 'statement.check')}
        </button>
      </p>
    </form>
  );
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
