// Notices as they are printed, each on its own sheet of A4: the whole list is one document for the printer or a PDF (BIL-08).

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import QRCode from 'antd/es/qr-code';
import { useEffect, useState } from 'react';
import { api, base, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { BillSheet } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { say } from './letter.ts';

const route = getRouteApi('/console/bill-notices/$batch/print');

function Lines({ sheet, w }: { sheet: BillSheet; w: ReturnType<typeof say> }) {
  const many = sheet.notices.length > 1;
  return (
    <table>
      <thead>
        <tr>
          {many && <th>{w.room}</th>}
          <th>{w.period}</th>
          <th>{w.item}</th>
          <th className="num">{w.quantity}</th>
          <th className="num">{w.price}</th>
          <th className="num">{w.amount}</th>
          <th className="num">{w.paid}</th>
          <th className="num">{w.late}</th>
          <th className="num">{w.open}</th>
        </tr>
      </thead>
      <tbody>
        {sheet.lines.map(l => (
          <tr key={l.id} className={l.reversedAt ? 'gone' : ''}>
            {many && <td>{l.label}</td>}
            <td>
              {l.period}
              {l.older && <span className="dim"> {w.older}</span>}
            </td>
            <td>
              {sheet.lang === 'en' && l.itemNameEn ? l.itemNameEn : l.itemName}
              {l.early?.[0] && <span className="dim"> {w.early(l.early[0])}</span>}
              {l.reversedAt && ` ${w.reversed}`}
              {l.explain.correctsWhy && !l.reversedAt && (
                <span className="dim">
                  {' '}
                  {w.corrects} {yuan(l.explain.corrects ?? '0')} · {l.explain.correctsWhy}
                </span>
              )}
            </td>
            <td className="num">{l.quantity}</td>
            <td className="num">{l.price || '–'}</td>
            <td className="num">{l.reversedAt ? `(${yuan(l.amount)})` : yuan(l.amount)}</td>
            <td className="num">{l.reversedAt ? '–' : yuan(l.paid)}</td>
            <td className="num">{yuan(l.lateFee)}</td>
            <td className="num">{yuan(l.open)}</td>
          </tr>
        ))}
        <tr>
          <td className="b" colSpan={many ? 8 : 7}>
            {w.total}
          </td>
          <td className="num b">¥{yuan(sheet.total)}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Letter({ sheet }: { sheet: BillSheet }) {
  const w = say(sheet.lang);
  return (
    <article className="paper stack" lang={sheet.lang} aria-label={sheet.label} data-testid="sheet">
      <h2>
        {sheet.place.name} · {sheet.kind === 'correction' ? w.corrected : w.title}
      </h2>
      <p>
        <b>{sheet.payer || w.developer}</b> · {sheet.label}
      </p>
      <Lines sheet={sheet} w={w} />
      <p>
        {sheet.due && sheet.total !== '0.00' ? `${w.pay} ${sheet.due}` : w.nothing} · {w.asOf} {sheet.asOf}
      </p>
      <div className="receipt-foot">
        <div role="img" aria-label={w.scan}>
          <div aria-hidden="true">
            <QRCode
              value={location.origin + sheet.path}
              type="svg"
              size={96}
              bordered={false}
              color="#000"
              bgColor="#fff"
            />
          </div>
        </div>
        <p>
          {w.scan}
          <br />
          {w.office} {[sheet.place.address, sheet.place.hours].filter(Boolean).join(' · ')}
          <br />
          {w.phone} {sheet.place.phone}
          <br />
          {w.complaint} {sheet.place.complaint}
          <br />
          {w.ask}
        </p>
      </div>
      <p className="dim">{sheet.place.company}</p>
    </article>
  );
}

export function PrintPage() {
  const { batch } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const can = useCan();
  const send = useSend();
  const [asked, setAsked] = useState(false);
  const by = search.by === 'payer' ? 'payer' : 'room';
  const form = search.form === 'year' ? 'year' : 'month';
  const again = search.again === 'yes';
  const query = useInfiniteQuery({
    queryKey: ['bill-sheets', batch, search.building, search.room, by, form, again],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/bill-sheets', {
          params: {
            query: {
              batch,
              by,
              form,
              again,
              limit: 100,
              ...(search.building ? { building: search.building } : {}),
              ...(search.room ? { room: search.room } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage(); // one document has all of them
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const sheets = query.data?.pages.flatMap(page => page.items) ?? [];
  const print = () => {
    window.print();
    setAsked(true);
  };
  const printed = async () => {
    const all = sheets.flatMap(s => s.notices);
    for (let from = 0; from < all.length; from += 1000) {
      const made = await send.run(once =>
        data(
          api.POST('/bill-notices/printed', {
            params: { header: once },
            body: { batchId: batch, notices: all.slice(from, from + 1000) },
          }),
        ),
      );
      if (!made) return;
    }
    toast(t('notice.printed'));
    setAsked(false);
    void client.invalidateQueries({ queryKey: ['bill-notices'] });
    void navigate({ to: '/console/bill-notices/$batch', params: { batch } });
  };
  const file = `${base}/bill-sheets/bills.pdf?${new URLSearchParams({
    batch,
    by,
    form,
    again: String(again),
    ...(search.building ? { building: search.building } : {}),
    ...(search.room ? { room: search.room } : {}),
  })}`;
  const set = (next: Record<string, string>) =>
    void navigate({ search: { ...search, ...next }, replace: true });
  return (
    <main id="main" className="page">
      <header className="page-head no-print">
        <H1>{t('notice.print.title', { n: sheets.length })}</H1>
        <span className="grow" />
        <Choice
          legend={t('notice.by.legend')}
          quietLegend
          name="by"
          value={by}
          options={(['room', 'payer'] as const).map(value => ({ value, label: t(`notice.by.${value}`) }))}
          onChange={value => set({ by: value })}
        />
        <Choice
          legend={t('notice.form.legend')}
          quietLegend
          name="form"
          value={form}
          options={(['month', 'year'] as const).map(value => ({ value, label: t(`notice.form.${value}`) }))}
          onChange={value => set({ form: value })}
        />
        <Link className="btn" to="/console/bill-notices/$batch" params={{ batch }}>
          {t('form.back')}
        </Link>
        {sheets.length > 0 && (
          <a className="btn" download href={file} onClick={() => setAsked(true)}>
            {t('paper.pdf')}
          </a>
        )}
        <button
          type="button"
          className="btn go"
          disabled={sheets.length === 0 || hasNextPage}
          onClick={print}
        >
          {t('paper.print')}
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too */}
      <section className="page-body" tabIndex={0} aria-label={t('notice.title')}>
        {asked && can('bill.notice') && !search.room && (
          <div className="row wrap no-print pad-row" role="status">
            <span>{t('notice.printed.ask', { n: sheets.length })}</span>
            <button type="button" className="btn go" disabled={send.busy} onClick={() => void printed()}>
              {t('notice.printed.yes')}
            </button>
            <button type="button" className="btn quiet" onClick={() => setAsked(false)}>
              {t('notice.printed.no')}
            </button>
            <TroubleNote trouble={send.trouble} />
          </div>
        )}
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={10} />}
        {query.data && sheets.length === 0 && (
          <Empty>
            {t('notice.print.none')}{' '}
            {!again && (
              <button type="button" className="link" onClick={() => set({ again: 'yes' })}>
                {t('notice.print.again')}
              </button>
            )}
          </Empty>
        )}
        {sheets.map(s => (
          <Letter key={s.notices.join()} sheet={s} />
        ))}
      </section>
    </main>
  );
}
