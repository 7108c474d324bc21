// What a household was billed: a row for each line, each with how it came about.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import type { BillLine } from '../../../kit/types.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { Explanation } from './explain.tsx';
import { owing } from './parts.tsx';

const route = getRouteApi('/console/bills/$roomId');

function Row({ line, open, go }: { line: BillLine; open: boolean; go: (id: string | undefined) => void }) {
  return (
    <Fragment>
      <tr className={open ? 'on' : ''}>
        <td className="dim">{line.period}</td>
        <td>
          <button
            type="button"
            className="cell"
            aria-expanded={open}
            onClick={() => go(open ? undefined : line.id)}
          >
            {line.itemName}
          </button>
        </td>
        <td>{owing(line)}</td>
        <td className="num">{line.quantity}</td>
        <td className="num">{line.price || '–'}</td>
        <td className="num b">{yuan(line.amount)}</td>
        <td>{line.due}</td>
        <td>{line.reversedAt ? <span className="tag">{t('bill.reversed')}</span> : ''}</td>
      </tr>
      {open && (
        <tr>
          <td colSpan={8}>
            <Explanation line={line} />
          </td>
        </tr>
      )}
    </Fragment>
  );
}

export function BillsPage() {
  const { roomId } = route.useParams();
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery({
    queryKey: ['bills', roomId],
    queryFn: () => data(api.GET('/rooms/{id}/bills', { params: { path: { id: roomId } } })),
  });
  const lines = query.data?.items ?? [];
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('bill.of', { room: lines[0]?.label ?? '' })}</H1>
        <span className="grow" />
        <Link className="btn" to="/console/arrears/$roomId" params={{ roomId }}>
          {t('fees.arrears')}
        </Link>
        <Link className="btn" to="/console/extracts/$form/$id" params={{ form: 'room', id: roomId }}>
          {t('extract.title')}
        </Link>
        <Link className="btn" to="/console/households/$roomId" params={{ roomId }}>
          {t('bill.household')}
        </Link>
      </header>
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={10} />}
        {query.data && lines.length === 0 && <Empty>{t('bill.none')}</Empty>}
        {lines.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('bill.period')}</th>
                <th>{t('bill.item')}</th>
                <th>{t('bill.debtor')}</th>
                <th className="num">{t('bill.quantity')}</th>
                <th className="num">{t('bill.price')}</th>
                <th className="num">{t('bill.amount')}</th>
                <th>{t('bill.due')}</th>
                <th>{t('bill.state')}</th>
              </tr>
            </thead>
            <tbody>
              {lines.map(line => (
                <Row
                  key={line.id}
                  line={line}
                  open={line.id === open}
                  go={id => void navigate({ search: id ? { open: id } : {}, replace: true })}
                />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}
