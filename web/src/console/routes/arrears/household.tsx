// What a household owes and what was done about it: lines with late fees, promises, disputes, steps of the ladder.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import type { OwedHousehold, OwedLine } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { t as j } from '../../words/joint.ts';
import { Explanation } from '../billing/explain.tsx';
import { perDayWords } from './data.ts';
import { DisputeCard, DunRow, HardshipForm, LineForms, PromiseForms, PromiseRow } from './forms.tsx';

const route = getRouteApi('/console/arrears/$roomId');

function Rate({ line }: { line: OwedLine }) {
  if (line.perDay === '0') return <span className="dim">–</span>;
  return (
    <span className={line.likelyCut ? 'warn' : 'dim'} title={line.likelyCut ? t('arrears.cut') : undefined}>
      {t('arrears.rate', { day: perDayWords(line.perDay), year: line.perYear })}
    </span>
  );
}

function Line({
  line,
  owed,
  open,
  go,
}: {
  line: OwedLine;
  owed: OwedHousehold;
  open: boolean;
  go: (id?: string) => void;
}) {
  return (
    <Fragment>
      <tr className={open ? 'on' : ''}>
        <td className="dim nw">{line.period}</td>
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
        <td className="nw">
          {line.due}{' '}
          {line.overdue > 0 && <span className="warn">{t('arrears.days', { n: line.overdue })}</span>}
        </td>
        <td className="num">{yuan(line.amount)}</td>
        <td className="num b">{yuan(line.open)}</td>
        <td className="num">{yuan(line.lateFee)}</td>
        <td>
          <Rate line={line} />
        </td>
        <td className="nw">{line.limit}</td>
        <td>
          {line.tenant && <span className="tag">{j('joint.tenant')}</span>}
          {line.disputeId && <span className="tag amber">{t('arrears.disputed')}</span>}
          {line.paused && <span className="tag">{t('arrears.paused')}</span>}
          {line.waiving && <span className="tag">{t('arrears.waiving', { yuan: yuan(line.waiving) })}</span>}
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={9}>
            <Explanation line={line} />
            {line.likelyCut && <p className="warn">{t('arrears.cut')}</p>}
            <LineForms line={line} owed={owed} />
          </td>
        </tr>
      )}
    </Fragment>
  );
}

function Lines({ owed }: { owed: OwedHousehold }) {
  const { line: shown } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <table className="grid" aria-label={t('arrears.lines')}>
      <thead>
        <tr>
          <th>{t('bill.period')}</th>
          <th>{t('bill.item')}</th>
          <th>{t('bill.due')}</th>
          <th className="num">{t('bill.amount')}</th>
          <th className="num">{t('arrears.open')}</th>
          <th className="num">{t('arrears.late')}</th>
          <th>{t('arrears.rate.head')}</th>
          <th>{t('arrears.limit')}</th>
          <th>{t('bill.state')}</th>
        </tr>
      </thead>
      <tbody>
        {owed.lines.map(line => (
          <Line
            key={line.id}
            line={line}
            owed={owed}
            open={line.id === shown}
            go={id => void navigate({ search: id ? { line: id } : {}, replace: true })}
          />
        ))}
      </tbody>
    </table>
  );
}

function Side({ owed }: { owed: OwedHousehold }) {
  const can = useCan();
  const act = can('arrears.work');
  return (
    <aside className="state-side" aria-label={t('arrears.done')}>
      <dl className="facts tall">
        <div>
          <dt>{t('arrears.open')}</dt>
          <dd className="b">{yuan(owed.open)}</dd>
        </div>
        <div>
          <dt>{t('arrears.overdue')}</dt>
          <dd>{yuan(owed.overdue)}</dd>
        </div>
        <div>
          <dt>{t('arrears.late')}</dt>
          <dd>{yuan(owed.lateFee)}</dd>
        </div>
        {owed.hardship && (
          <div>
            <dt>{t('arrears.hardship')}</dt>
            <dd>{t('arrears.hardship.said', { day: owed.hardship.until, words: owed.hardship.words })}</dd>
          </div>
        )}
      </dl>
      <h2 className="sub">{t('arrears.promises')}</h2>
      <ul className="lines">
        {owed.promises.map(p => (
          <PromiseRow key={p.id} promise={p} />
        ))}
      </ul>
      {act && owed.lines.length > 0 && <PromiseForms owed={owed} />}
      <h2 className="sub">{t('arrears.steps')}</h2>
      {owed.duns.length === 0 && <p className="dim3">{t('arrears.steps.none')}</p>}
      <ul className="lines">
        {owed.duns.map(d => (
          <DunRow key={d.id} dun={d} />
        ))}
      </ul>
      {act && <HardshipForm owed={owed} />}
    </aside>
  );
}

export function OwedPage() {
  const { roomId } = route.useParams();
  const query = useQuery({
    queryKey: ['owed', roomId],
    queryFn: () => data(api.GET('/rooms/{id}/arrears', { params: { path: { id: roomId } } })),
  });
  const owed = query.data;
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('arrears.of', { room: owed?.label ?? '' })}</H1>
        <span className="grow" />
        <Link className="btn" to="/console/extracts/$form/$id" params={{ form: 'room', id: roomId }}>
          {t('extract.title')}
        </Link>
        <Link className="btn" to="/console/households/$roomId" params={{ roomId }}>
          {t('bill.household')}
        </Link>
      </header>
      <div className="page-body two-cols">
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={8} />}
          {owed && owed.lines.length === 0 && <Empty>{t('arrears.nothing')}</Empty>}
          {owed && owed.lines.length > 0 && <Lines owed={owed} />}
          {owed && owed.disputes.length > 0 && (
            <>
              <h2 className="sub">{t('arrears.disputes')}</h2>
              {owed.disputes.map(d => (
                <DisputeCard key={d.id} dispute={d} />
              ))}
            </>
          )}
          {owed && owed.lines.length > 0 && <p className="dim3">{t('arrears.asof', { day: owed.asOf })}</p>}
        </div>
        {owed && <Side owed={owed} />}
      </div>
    </main>
  );
}
