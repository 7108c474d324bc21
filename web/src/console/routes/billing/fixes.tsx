// Corrections of many bills (BIL-10): what was wrong, what it changes line by line, who approves, and what became of it.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { BillFix } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { Choice, Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { thisMonth } from './parts.tsx';

const route = getRouteApi('/console/bill-fixes');

export const fixAtWork = (f: BillFix) => f.state === 'calculating' || f.state === 'working';

export function FixState({ fix }: { fix: BillFix }) {
  return <span className={fix.state === 'pending' ? 'tag amber' : 'tag'}>{t(`fix.state.${fix.state}`)}</span>;
}

const causes = ['tariff', 'reading', 'area', 'other'] as const;

export function useItems() {
  const community = useCommunity();
  return useQuery({
    queryKey: ['charges', community],
    queryFn: () => data(api.GET('/charges', { params: { query: { community } } })),
  });
}

function Begin() {
  const navigate = route.useNavigate();
  const send = useSend();
  const items = useItems();
  const [cause, setCause] = useState<(typeof causes)[number]>('tariff');
  const [itemId, setItem] = useState<string>();
  const [text, setText] = useState({
    first: thisMonth(),
    last: thisMonth(),
    wrongPrice: '',
    rightPrice: '',
    reason: '',
    evidence: '',
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!itemId) missing.itemId = t('form.missing');
    for (const name of ['reason', 'evidence', 'first', 'last'] as const)
      if (!text[name].trim()) missing[name] = t('form.missing');
    if (cause === 'tariff')
      for (const name of ['wrongPrice', 'rightPrice'] as const)
        if (!text[name].trim()) missing[name] = t('form.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(once =>
      data(
        api.POST('/bill-fixes', { params: { header: once }, body: { ...text, cause, itemId: itemId ?? '' } }),
      ),
    );
    if (made) void navigate({ to: '/console/bill-fixes/$id', params: { id: made.id } });
  };
  const write = (name: 'wrongPrice' | 'rightPrice' | 'reason' | 'evidence', most: number) => (
    <Field
      label={t(`fix.${name}`)}
      error={send.fields[name]}
      hint={name === 'reason' ? t('fix.reason.hint') : undefined}
      required
    >
      {a => (
        <Input
          {...a}
          maxLength={most}
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  const month = (name: 'first' | 'last') => (
    <Field label={t(`fix.${name}`)} error={send.fields[name]} required>
      {a => (
        <input
          {...a}
          type="month"
          className="text"
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('fix.new')}>
      <Choice
        legend={t('fix.cause')}
        name="cause"
        value={cause}
        options={causes.map(value => ({ value, label: t(`fix.cause.${value}`) }))}
        onChange={setCause}
        hint={t(`fix.hint.${cause}`)}
      />
      <Field label={t('bill.item')} error={send.fields.itemId} required>
        {a => (
          <Select<string>
            {...a}
            showSearch
            optionFilterProp="label"
            {...(itemId ? { value: itemId } : {})}
            onChange={setItem}
            options={(items.data?.items ?? []).map(i => ({ value: i.id, label: i.name }))}
          />
        )}
      </Field>
      <div className="pair">
        {month('first')}
        {month('last')}
      </div>
      {cause === 'tariff' && (
        <div className="pair">
          {write('wrongPrice', 20)}
          {write('rightPrice', 20)}
        </div>
      )}
      {write('reason', 500)}
      {write('evidence', 500)}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('fix.compute')}
        </button>
      </p>
      <p className="dim">{t('fix.rule')}</p>
    </form>
  );
}

export function FixesPage() {
  const can = useCan();
  const community = useCommunity();
  const items = useItems();
  const query = useInfiniteQuery({
    queryKey: ['fixes', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/bill-fixes', {
          params: { query: pageParam ? { community, cursor: pageParam } : { community } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  const nameOf = (id: string) => items.data?.items.find(i => i.id === id)?.name ?? '';
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.fixes')}</H1>
        <span className="grow" />
        <ExportLink path="/bill-fixes" query={{ community }} />
      </header>
      <Tabs of="fees" />
      <div className="page-body two-cols">
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={6} />}
          {query.data && rows.length === 0 && <Empty>{t('fix.none')}</Empty>}
          {rows.length > 0 && (
            <table className="grid" aria-label={t('fees.fixes')}>
              <thead>
                <tr>
                  <th>{t('bill.item')}</th>
                  <th>{t('bill.period')}</th>
                  <th>{t('fix.cause')}</th>
                  <th>{t('run.state')}</th>
                  <th className="num">{t('fix.lines')}</th>
                  <th className="num">{t('fix.difference')}</th>
                  <th>{t('run.by')}</th>
                  <th>{t('run.at')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(f => (
                  <tr key={f.id}>
                    <td>
                      <Link to="/console/bill-fixes/$id" params={{ id: f.id }}>
                        {nameOf(f.itemId) || t('fix.one')}
                      </Link>
                    </td>
                    <td>{f.first === f.last ? f.first : `${f.first} – ${f.last}`}</td>
                    <td>{t(`fix.cause.${f.cause}`)}</td>
                    <td>
                      <FixState fix={f} />
                    </td>
                    <td className="num">{f.total}</td>
                    <td className="num">
                      {yuan(f.old)} → {yuan(f.new)}
                    </td>
                    <td>{f.by}</td>
                    <td className="dim">
                      <When at={f.at} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <More query={query} />
        </div>
        {can('bill.run') && (
          <aside className="state-side" aria-label={t('fix.new')}>
            <h2 className="sub">{t('fix.new')}</h2>
            <Begin />
          </aside>
        )}
      </div>
    </main>
  );
}
