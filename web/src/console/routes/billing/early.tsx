// Less for who pays early (BIL-02): rules of items, asked for, approved by somebody else, ended.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import InputNumber from 'antd/es/input-number';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import type { EarlyRule } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useItems } from './fixes.tsx';
import { thisMonth } from './parts.tsx';

type Way = 'line' | 'year';

export function AskEarly() {
  const client = useQueryClient();
  const send = useSend();
  const items = useItems();
  const [itemId, setItem] = useState<string>();
  const [way, setWay] = useState<Way>('line');
  const [days, setDays] = useState(10);
  const [text, setText] = useState({
    percent: '',
    until: '03-31',
    first: thisMonth(),
    last: thisMonth(),
    reason: '',
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!itemId) missing.itemId = t('form.missing');
    for (const name of ['percent', 'first', 'last', 'reason'] as const)
      if (!text[name].trim()) missing[name] = t('form.missing');
    if (!send.fix(missing)) return;
    const { until, ...rest } = text;
    const made = await send.run(once =>
      data(
        api.POST('/early-rules', {
          params: { header: once },
          body: { ...rest, itemId: itemId ?? '', way, days, ...(way === 'year' ? { until } : {}) },
        }),
      ),
    );
    if (!made) return;
    toast(t('discount.pending'));
    setText(old => ({ ...old, percent: '', reason: '' }));
    void client.invalidateQueries({ queryKey: ['early-rules'] });
  };
  const write = (name: 'percent' | 'until' | 'reason', most: number, hint?: string) => (
    <Field label={t(`early.${name}`)} error={send.fields[name]} required hint={hint}>
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
    <Field label={t(`discount.${name}`)} error={send.fields[name]} required>
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
    <form className="stack" onSubmit={submit} noValidate aria-label={t('early.new')}>
      <Field label={t('bill.item')} error={send.fields.itemId} required>
        {a => (
          <Select<string>
            {...a}
            {...(itemId ? { value: itemId } : {})}
            onChange={setItem}
            options={(items.data?.items ?? [])
              .filter(i => !['meter', 'share', 'single'].includes(i.basis))
              .map(i => ({ value: i.id, label: i.name }))}
          />
        )}
      </Field>
      <Choice
        legend={t('early.way')}
        name="early-way"
        value={way}
        options={(['line', 'year'] as const).map(value => ({ value, label: t(`early.way.${value}`) }))}
        onChange={setWay}
      />
      {way === 'line' ? (
        <Field label={t('early.days')} error={send.fields.days}>
          {a => <InputNumber {...a} min={0} max={366} value={days} onChange={n => setDays(n ?? 0)} />}
        </Field>
      ) : (
        write('until', 5, t('early.until.hint'))
      )}
      {write('percent', 10)}
      <div className="pair">
        {month('first')}
        {month('last')}
      </div>
      {write('reason', 500)}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('discount.ask')}
        </button>
      </p>
    </form>
  );
}

function End({ rule }: { rule: EarlyRule }) {
  const client = useQueryClient();
  const send = useSend();
  const [sure, setSure] = useState(false);
  const end = async () => {
    const made = await send.run(once =>
      data(
        api.POST('/early-rules/{id}/end', {
          params: { path: { id: rule.id }, header: { ...once, ...match(rule.version) } },
        }),
      ),
    );
    if (!made) return;
    toast(t('form.saved'));
    void client.invalidateQueries({ queryKey: ['early-rules'] });
  };
  return (
    <>
      <button
        type="button"
        className="btn"
        disabled={send.busy}
        onClick={() => (sure ? void end() : setSure(true))}
      >
        {t(sure ? 'early.end.sure' : 'early.end')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </>
  );
}

export function EarlyRules() {
  const can = useCan();
  const community = useCommunity();
  const query = useInfiniteQuery({
    queryKey: ['early-rules', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/early-rules', {
          params: { query: pageParam ? { community, cursor: pageParam } : { community } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <section aria-label={t('early.rules')}>
      <h2 className="sub">{t('early.rules')}</h2>
      <ErrorNote query={query} />
      {query.data && rows.length === 0 && <Empty>{t('early.none')}</Empty>}
      {rows.length > 0 && (
        <table className="grid" aria-label={t('early.rules')}>
          <thead>
            <tr>
              <th>{t('bill.item')}</th>
              <th>{t('early.way')}</th>
              <th className="num">{t('discount.off')}</th>
              <th>{t('discount.term')}</th>
              <th>{t('run.state')}</th>
              <th>{t('early.reason')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {rows.map(r => (
              <tr key={r.id}>
                <td>{r.itemName}</td>
                <td>
                  {r.way === 'line'
                    ? t('early.say.line', { n: r.days })
                    : t('early.say.year', { day: r.until ?? '' })}
                </td>
                <td className="num">{r.percent}%</td>
                <td className="nw">
                  {r.first} – {r.last}
                </td>
                <td>
                  <span className={r.state === 'pending' ? 'tag amber' : 'tag'}>
                    {t(`early.state.${r.state}`, { day: r.endedOn ?? '' })}
                  </span>
                </td>
                <td>{r.reason}</td>
                <td>{r.state === 'approved' && can('charge.edit') && <End rule={r} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More query={query} />
    </section>
  );
}
