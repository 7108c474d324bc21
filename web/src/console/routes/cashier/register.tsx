// The register of books: who had which numbers from when until when (PAY-02a).
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Input from 'antd/es/input';
import InputNumber from 'antd/es/input-number';
import { type FormEvent, useState } from 'react';
import { api, base, data, match } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import { exact } from '../../../kit/time.ts';
import type { ReceiptBook } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

/** A book is passed to a colleague, or comes back to the office. */
export function Hand({
  book,
  community,
  onDone,
}: {
  book: ReceiptBook;
  community: string;
  onDone: () => void;
}) {
  const send = useSend();
  const people = useQuery({
    queryKey: ['staff', community, 'cashiers'],
    queryFn: () => data(api.GET('/staff', { params: { query: { community } } })),
  });
  const [holder, setHolder] = useState<string>();
  const [reason, setReason] = useState('');
  const [next, setNext] = useState<number>(book.next);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!reason.trim()) missing.reason = t('form.missing');
    if (book.kind === 'paper' && !holder) missing.holderId = t('form.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(once =>
      data(
        api.POST('/receipt-books/{id}/hand', {
          params: { path: { id: book.id }, header: { ...match(book.version), ...once } },
          body: {
            reason,
            ...(holder ? { holderId: holder } : {}),
            ...(book.kind === 'invoice' ? { next } : {}),
          },
        }),
      ),
    );
    if (!made) return;
    toast(t('book.handed'));
    onDone();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('book.hand')}>
      <Field label={t('book.hand.to')} error={send.fields.holderId} hint={t('book.hand.hint')}>
        {a => (
          <Select<string>
            {...a}
            allowClear
            showSearch
            optionFilterProp="label"
            {...(holder ? { value: holder } : {})}
            onChange={value => setHolder(value)}
            options={(people.data?.items ?? []).map(s => ({ value: s.id, label: s.name }))}
          />
        )}
      </Field>
      {book.kind === 'invoice' && (
        <Field label={t('book.hand.next')} error={send.fields.next} hint={t('book.hand.next.hint')}>
          {a => (
            <InputNumber
              {...a}
              min={book.next}
              max={book.last + 1}
              value={next}
              onChange={value => setNext(value ?? book.next)}
            />
          )}
        </Field>
      )}
      <Field label={t('book.hand.why')} error={send.fields.reason} required>
        {a => <Input {...a} value={reason} onChange={e => setReason(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('book.hand')}
        </button>
      </p>
    </form>
  );
}

export function Register({ community }: { community: string }) {
  const query = useInfiniteQuery({
    queryKey: ['book-handovers', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/book-handovers', {
          params: { query: { community, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    enabled: community !== '',
  });
  const rows = query.data?.pages.flatMap(p => p.items) ?? [];
  return (
    <section className="stack">
      <header className="row">
        <h2 className="sub">{t('book.register')}</h2>
        <span className="grow" />
        <a href={`${base}/book-handovers/export.xlsx?${new URLSearchParams({ community })}`} download>
          {t('invoice.export')}
        </a>
      </header>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={3} />}
      {query.data && rows.length === 0 && <Empty>{t('book.register.none')}</Empty>}
      {rows.length > 0 && (
        <div className="scroll">
          <table className="grid" aria-label={t('book.register')}>
            <thead>
              <tr>
                <th>{t('book.kind')}</th>
                <th>{t('book.numbers')}</th>
                <th>{t('book.holder')}</th>
                <th>{t('book.given_at')}</th>
                <th>{t('book.back_at')}</th>
                <th>{t('book.used_to')}</th>
                <th className="num">{t('book.used')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(h => (
                <tr key={h.id} data-testid="book-handover">
                  <td className="nw">{t(`book.kind.${h.kind}`)}</td>
                  <td className="nw">
                    {h.firstNumber} – {h.lastNumber}
                  </td>
                  <td className="nw">{h.holder}</td>
                  <td className="nw">
                    {exact(h.givenAt)} <small className="dim">{h.givenBy}</small>
                  </td>
                  <td>
                    {h.backAt ? (
                      <>
                        {exact(h.backAt)}{' '}
                        <small className="dim">{[h.backBy, h.backWhy].filter(Boolean).join(' ')}</small>
                      </>
                    ) : (
                      <span className="tag">{t('book.out')}</span>
                    )}
                  </td>
                  <td className="nw">{h.usedTo || '–'}</td>
                  <td className="num">{h.used}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More query={query} />
    </section>
  );
}
