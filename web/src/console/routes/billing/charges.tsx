// Charge items with what they cost today; one beside the list with every version of its tariff (BIL-01, BIL-02).
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { parkingSaid } from '../../../kit/bills.ts';
import { api, data } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Charge, ChargeFull } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { ChargeForm } from './charge-form.tsx';
import { percent } from './parts.tsx';
import { TariffForm } from './tariff-form.tsx';

const route = getRouteApi('/console/charges');

function Versions({ item }: { item: ChargeFull }) {
  if (item.tariffs.length === 0) return <p className="dim3">{t('tariff.none')}</p>;
  return (
    <ul className="lines">
      {item.tariffs.map(v => (
        <li key={v.id}>
          <div className="grow stack">
            <span className="row wrap">
              <span className="b">
                {v.parking
                  ? parkingSaid(v.parking).join(' ')
                  : v.tiers && v.tiers.length > 0
                    ? v.tiers.map(s => (s.upTo ? `≤ ${s.upTo}: ${s.price}` : s.price)).join(' / ')
                    : v.price || '–'}
              </span>
              <span>{t('tariff.from', { day: v.from ?? '' })}</span>
              {v.until && <span className="dim">{t('tariff.until', { day: v.until })}</span>}
              {(v.building || v.room || v.roomType) && (
                <span className="dim">
                  {v.room ||
                    [v.building, v.roomType && t(`room.type.${v.roomType}`)].filter(Boolean).join(' ')}
                </span>
              )}
              <span className={v.state === 'pending' ? 'tag amber' : v.inForce ? 'tag care' : 'tag'}>
                {t(v.inForce ? 'tariff.in_force' : `tariff.state.${v.state}`)}
              </span>
            </span>
            <span className="dim">{v.document}</span>
            <span className="dim3">{v.explanation}</span>
            <span className="dim3">{t('tariff.who', { by: v.askedBy, decided: v.decidedBy || '–' })}</span>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Facts({ item }: { item: ChargeFull }) {
  const late =
    item.latePerDay === '0'
      ? t('charge.late.none')
      : t('charge.late.rule', { rate: percent(item.latePerDay), days: item.lateGrace, cap: item.lateCap });
  const rows: [string, string | undefined][] = [
    [t('charge.basis'), t(`charge.basis.${item.basis}`)],
    [t('charge.formula'), item.formula],
    [t('charge.period'), t(`charge.period.${item.period}`)],
    [t('charge.due'), t('charge.due.day', { n: item.dueDay })],
    [t('charge.first'), t(`charge.first.${item.firstMonth}`)],
    [t('charge.rounding'), `${t(`charge.unit.${item.roundUnit}`)} · ${t(`charge.mode.${item.roundMode}`)}`],
    [t('charge.tax'), `${percent(item.taxRate)} %`],
    [t('charge.late'), late],
    [t('charge.price_kind'), t(`charge.price_kind.${item.priceKind}`)],
    [t('charge.cap'), item.cap && item.cap + t('said.aside', { text: item.capDocument ?? '' })],
  ];
  return (
    <dl className="facts tall">
      {rows
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Pane({ id, onDone, onClose }: { id: string; onDone: (id: string) => void; onClose: () => void }) {
  const can = useCan();
  const [doing, setDoing] = useState<'edit' | 'tariff' | undefined>(id === 'new' ? 'edit' : undefined);
  const query = useQuery({
    queryKey: ['charge', id],
    queryFn: () => data(api.GET('/charges/{id}', { params: { path: { id } } })),
    enabled: id !== 'new',
  });
  const item = query.data;
  const back = () => (id === 'new' ? onClose() : setDoing(undefined));
  return (
    <aside className="state-side" aria-label={t('fees.charges')}>
      <h2>{id === 'new' ? t('charge.new') : (item?.name ?? '…')}</h2>
      <ErrorNote query={query} />
      {id !== 'new' && query.isPending && <Skeleton rows={8} />}
      {doing === 'edit' && (item || id === 'new') && (
        <ChargeForm
          item={item}
          onDone={made => {
            setDoing(undefined);
            onDone(made);
          }}
          onClose={back}
        />
      )}
      {doing === 'tariff' && item && <TariffForm item={item} onDone={back} onClose={back} />}
      {!doing && item && (
        <>
          <p className="row">
            <span className="grow" />
            {can('charge.edit') && (
              <>
                <button type="button" className="btn go" onClick={() => setDoing('tariff')}>
                  {t('tariff.new')}
                </button>
                <button type="button" className="btn" onClick={() => setDoing('edit')}>
                  {t('charge.edit')}
                </button>
              </>
            )}
          </p>
          <Facts item={item} />
          <h3 className="sub">{t('tariff.versions')}</h3>
          <Versions item={item} />
        </>
      )}
    </aside>
  );
}

function Rows({ rows, open, go }: { rows: Charge[]; open: string | undefined; go: (id: string) => void }) {
  return (
    <table className="grid">
      <thead>
        <tr>
          <th>{t('charge.code')}</th>
          <th>{t('charge.name')}</th>
          <th>{t('charge.basis')}</th>
          <th className="num">{t('charge.today')}</th>
          <th>{t('charge.since')}</th>
          <th>{t('charge.price_kind')}</th>
          <th>{t('charge.state')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(i => (
          <tr key={i.id} className={i.id === open ? 'on' : ''}>
            <td>
              <button type="button" className="cell" onClick={() => go(i.id)}>
                {i.code}
              </button>
            </td>
            <td className="b">{i.name}</td>
            <td className="dim">{t(`charge.basis.${i.basis}`)}</td>
            <td className="num">{i.today ?? '–'}</td>
            <td className="dim">{i.since ?? '–'}</td>
            <td className="dim">{t(`charge.price_kind.${i.priceKind}`)}</td>
            <td>
              {i.pending > 0 ? (
                <span className="tag amber">{t('charge.pending', { n: i.pending })}</span>
              ) : (
                t(`charge.state.${i.state}`)
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function ChargesPage() {
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['charges', community],
    queryFn: () => data(api.GET('/charges', { params: { query: { community } } })),
  });
  const rows = query.data?.items ?? [];
  const go = (id: string | undefined) => void navigate({ search: id ? { open: id } : {}, replace: true });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.charges')}</H1>
        <span className="grow" />
        <a className="btn" href={`/r/charges/${community}`} target="_blank" rel="noreferrer">
          {t('charge.public')}
        </a>
        {can('charge.edit') && (
          <button type="button" className="btn go" onClick={() => go('new')}>
            <Icon name="plus" />
            {t('charge.new')}
          </button>
        )}
      </header>
      <Tabs of="fees" />
      <div className={open ? 'page-body two-cols' : 'page-body flush'}>
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={8} />}
          {query.data && rows.length === 0 && <Empty>{t('charge.none')}</Empty>}
          {rows.length > 0 && <Rows rows={rows} open={open} go={go} />}
        </div>
        {open && <Pane key={open} id={open} onDone={go} onClose={() => go(undefined)} />}
      </div>
    </main>
  );
}
