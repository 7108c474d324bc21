// What a figure of the report is made of: lines, payments or waivers.

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { api, base, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { type CollectionKey, t } from '../../words/collection.ts';
import { thisMonth } from '../billing/parts.tsx';
import { means } from './parts.ts';

const route = getRouteApi('/console/collection/pieces');

const figures = [
  'receivable',
  'paid',
  'cash',
  'older',
  'recovered',
  'open',
  'reversed',
  'latePaid',
  'waived',
  'prepaid',
  'notDue',
  'months3',
  'months6',
  'year1',
  'year2',
  'year3',
  'over3',
] as const;
const bys = ['building', 'item', 'room'] as const;

export function PiecesPage() {
  const search = route.useSearch();
  const community = useCommunity();
  const can = useCan();
  const figure = figures.find(f => f === search.figure) ?? 'receivable';
  const asked = {
    community,
    from: search.from ?? thisMonth(),
    to: search.to ?? thisMonth(),
    by: bys.find(b => b === search.by) ?? 'building',
    figure,
    ...(search.key ? { key: search.key } : {}),
  } as const;
  const query = useInfiniteQuery({
    queryKey: ['collection', 'pieces', asked],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/collection/pieces', {
          params: { query: { ...asked, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  const title = t(`collection.${figure}` as CollectionKey);
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>
          {t('collection.pieces', {
            figure: title,
            of: search.key ? search.name || t('collection.other') : t('run.total'),
          })}
        </H1>
        <span className="dim">
          {asked.from} – {asked.to}
        </span>
        <span className="grow" />
        <Link
          className="btn"
          to="/console/collection"
          search={{ from: asked.from, to: asked.to, by: asked.by }}
        >
          {t('collection.back')}
        </Link>
        {can('collection.export') && (
          <a
            className="btn"
            download
            href={`${base}/collection/pieces/export.xlsx?${new URLSearchParams(asked)}`}
          >
            {t('collection.export')}
          </a>
        )}
      </header>
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        {query.data && rows.length === 0 && <Empty>{t('collection.pieces.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid" aria-label={title}>
            <thead>
              <tr>
                <th>{t('collection.day')}</th>
                <th>{t('customers.room')}</th>
                <th>{t('bill.item')}</th>
                <th>{t('bill.period')}</th>
                <th>{t('collection.receipt')}</th>
                <th className="num">{t('bill.amount')}</th>
                <th>{t('bill.state')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((p, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a payment may pay one line twice
                <tr key={i}>
                  <td className="dim">{p.day}</td>
                  <td>
                    <Link to="/console/extracts/$form/$id" params={{ form: 'room', id: p.roomId }}>
                      {p.label}
                    </Link>
                  </td>
                  <td>
                    {p.lineId ? (
                      <Link
                        to="/console/bills/$roomId"
                        params={{ roomId: p.roomId }}
                        search={{ open: p.lineId }}
                      >
                        {p.item}
                      </Link>
                    ) : (
                      (p.item ?? '–')
                    )}
                  </td>
                  <td className="dim">{p.period ?? '–'}</td>
                  <td className="dim">{[p.receipt, means(p.means)].filter(Boolean).join(' · ') || '–'}</td>
                  <td className="num b">{yuan(p.amount)}</td>
                  <td>{p.void ? <span className="tag">{t('bill.reversed')}</span> : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <More query={query} />
      </div>
    </main>
  );
}
