// Reductions (BIL-02): applied for, of an empty home looked at, approved by somebody else, for a term.

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import InputNumber from 'antd/es/input-number';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { isAmount, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { BillDiscount, BillDiscountRules } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { AskEarly, EarlyRules } from './early.tsx';
import { useItems } from './fixes.tsx';
import { thisMonth } from './parts.tsx';

const kinds = ['vacancy', 'staff', 'hardship', 'early_payment', 'fixed'] as const;
type Kind = (typeof kinds)[number];

const useRules = () => {
  const community = useCommunity();
  return useQuery({
    queryKey: ['discounts', 'rules', community],
    queryFn: () => data(api.GET('/discount-rules', { params: { query: { community } } })),
  });
};

function Rules({ rules }: { rules: BillDiscountRules }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const [{ vacancyPercent, mostMonths, mostAhead }, set, edit] = useEdit({
    vacancyPercent: rules.vacancyPercent,
    mostMonths: rules.mostMonths,
    mostAhead: rules.mostAhead,
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(once =>
      data(
        api.PUT('/discount-rules', {
          params: { query: { community }, header: { ...once, ...match(rules.version) } },
          body: { vacancyPercent, mostMonths, mostAhead },
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    toast(t('form.saved'));
    void showNow(client, ['discounts', 'rules', community], made);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('discount.rules')}>
      <Field
        label={t('discount.vacancy')}
        error={send.fields.vacancyPercent}
        newer={edit.newer.vacancyPercent}
        hint={t('discount.vacancy.hint')}
      >
        {a => (
          <Input
            {...a}
            inputMode="decimal"
            value={vacancyPercent}
            onChange={e => set({ vacancyPercent: e.target.value })}
          />
        )}
      </Field>
      <Field label={t('discount.most')} error={send.fields.mostMonths} newer={edit.newer.mostMonths}>
        {a => (
          <InputNumber
            {...a}
            min={1}
            max={36}
            value={mostMonths}
            onChange={value => set({ mostMonths: value ?? 12 })}
          />
        )}
      </Field>
      <Field
        label={t('discount.ahead')}
        error={send.fields.mostAhead}
        newer={edit.newer.mostAhead}
        hint={t('discount.ahead.hint')}
      >
        {a => (
          <InputNumber
            {...a}
            min={0}
            max={120}
            value={mostAhead}
            onChange={value => set({ mostAhead: value ?? 0 })}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn" disabled={send.busy}>
          {t('form.save')}
        </button>
      </p>
    </form>
  );
}

function Ask({ rules }: { rules: BillDiscountRules }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const items = useItems();
  const [kind, setKind] = useState<Kind>('vacancy');
  const [itemId, setItem] = useState<string>();
  const [text, setText] = useState({
    room: '',
    percent: '',
    amount: '',
    first: thisMonth(),
    last: thisMonth(),
    reason: '',
  });
  const byPercent = kind !== 'vacancy' && kind !== 'fixed';
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!itemId) missing.itemId = t('form.missing');
    for (const name of ['room', 'first', 'last', 'reason'] as const)
      if (!text[name].trim()) missing[name === 'room' ? 'roomId' : name] = t('form.missing');
    if (byPercent && !text.percent.trim()) missing.percent = t('form.missing');
    if (kind === 'fixed' && !isAmount(text.amount)) missing.amount = t('cashier.amount.form');
    if (!send.fix(missing)) return;
    const made = await send.run(async once => {
      const found = await data(
        api.GET('/rooms', { params: { query: { community, q: text.room.trim(), limit: 1 } } }),
      );
      const roomId = found.items[0]?.id;
      if (!roomId) {
        send.fix({ roomId: t('meter.room.unknown') });
        return undefined;
      }
      return data(
        api.POST('/discounts', {
          params: { header: once },
          body: {
            roomId,
            itemId: itemId ?? '',
            kind,
            first: text.first,
            last: text.last,
            reason: text.reason,
            ...(byPercent ? { percent: text.percent } : {}),
            ...(kind === 'fixed' ? { amount: text.amount } : {}),
          },
        }),
      );
    });
    if (!made) return;
    toast(t(made.state === 'asked' ? 'discount.asked' : 'discount.pending'));
    setText(old => ({ ...old, room: '', reason: '' }));
    void client.invalidateQueries({ queryKey: ['discounts'] });
  };
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
  const write = (name: 'room' | 'percent' | 'amount' | 'reason', most: number) => (
    <Field
      label={t(`discount.${name}`)}
      error={send.fields[name === 'room' ? 'roomId' : name]}
      required
      hint={name === 'room' ? t('discount.room.hint') : undefined}
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
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('discount.new')}>
      <Field label={t('discount.kind')} error={send.fields.kind} hint={t(`discount.hint.${kind}`)}>
        {a => (
          <Select<Kind>
            {...a}
            value={kind}
            onChange={setKind}
            options={kinds.map(value => ({ value, label: t(`discount.kind.${value}`) }))}
          />
        )}
      </Field>
      {write('room', 40)}
      <Field label={t('bill.item')} error={send.fields.itemId} required>
        {a => (
          <Select<string>
            {...a}
            {...(itemId ? { value: itemId } : {})}
            onChange={setItem}
            options={(items.data?.items ?? [])
              .filter(i => i.basis !== 'meter' && i.basis !== 'share')
              .map(i => ({ value: i.id, label: i.name }))}
          />
        )}
      </Field>
      {kind === 'vacancy' && (
        <p className="dim">{t('discount.vacancy.is', { percent: rules.vacancyPercent })}</p>
      )}
      {byPercent && write('percent', 10)}
      {kind === 'fixed' && write('amount', 12)}
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

/** What is next with a reduction: an empty home is looked at, an approved one may end early. */
function Next({ d }: { d: BillDiscount }) {
  const client = useQueryClient();
  const send = useSend();
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState('');
  const [last, setLast] = useState(thisMonth());
  const inspect = d.state === 'asked';
  if (!inspect && (d.state !== 'approved' || d.last < thisMonth())) return null;
  if (!open)
    return (
      <button type="button" className="btn" onClick={() => setOpen(true)}>
        {t(inspect ? 'discount.inspect' : 'discount.end')}
      </button>
    );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(inspect && !words.trim() ? { words: t('form.missing') } : {})) return;
    const params = (once: { 'Idempotency-Key': string }) => ({
      path: { id: d.id },
      header: { ...once, ...match(d.version) },
    });
    const made = await send.run(once =>
      inspect
        ? data(api.POST('/discounts/{id}/inspect', { params: params(once), body: { words } }))
        : data(api.POST('/discounts/{id}/end', { params: params(once), body: { last } })),
    );
    if (!made) return;
    setOpen(false);
    setWords('');
    toast(t(inspect ? 'discount.pending' : 'form.saved'));
    void client.invalidateQueries({ queryKey: ['discounts'] });
  };
  return (
    <form className="row wrap" onSubmit={submit} noValidate>
      {inspect ? (
        <Field label={t('discount.inspect.words')} error={send.fields.words} required>
          {a => <Input {...a} maxLength={500} value={words} onChange={e => setWords(e.target.value)} />}
        </Field>
      ) : (
        <Field label={t('discount.end.last')} error={send.fields.last} required>
          {a => (
            <input
              {...a}
              type="month"
              className="text"
              value={last}
              onChange={e => setLast(e.target.value)}
            />
          )}
        </Field>
      )}
      <button type="submit" className="btn go" disabled={send.busy}>
        {t(inspect ? 'discount.inspect.do' : 'discount.end')}
      </button>
      <button type="button" className="btn quiet" onClick={() => setOpen(false)}>
        {t('form.back')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

export function DiscountsPage() {
  const can = useCan();
  const community = useCommunity();
  const rules = useRules();
  const query = useInfiniteQuery({
    queryKey: ['discounts', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/discounts', {
          params: { query: pageParam ? { community, cursor: pageParam } : { community } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.discounts')}</H1>
        <span className="grow" />
        <ExportLink path="/discounts" query={{ community }} />
      </header>
      <Tabs of="fees" />
      <div className="page-body two-cols">
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={6} />}
          {query.data && rows.length === 0 && <Empty>{t('discount.none')}</Empty>}
          {rows.length > 0 && (
            <table className="grid" aria-label={t('fees.discounts')}>
              <thead>
                <tr>
                  <th>{t('bill.room')}</th>
                  <th>{t('bill.item')}</th>
                  <th>{t('discount.kind')}</th>
                  <th className="num">{t('discount.off')}</th>
                  <th>{t('discount.term')}</th>
                  <th>{t('run.state')}</th>
                  <th>{t('discount.why')}</th>
                  <th />
                </tr>
              </thead>
              <tbody>
                {rows.map(d => (
                  <tr key={d.id}>
                    <td>
                      <Link to="/console/bills/$roomId" params={{ roomId: d.roomId }}>
                        {d.label}
                      </Link>
                    </td>
                    <td>{d.itemName}</td>
                    <td>{t(`discount.kind.${d.kind}`)}</td>
                    <td className="num">
                      {d.kind === 'fixed'
                        ? t('discount.a_month', { yuan: yuan(d.amount ?? '0') })
                        : `${d.percent}%`}
                    </td>
                    <td>
                      {d.first} – {d.last}
                    </td>
                    <td>
                      <span className={d.state === 'pending' || d.state === 'asked' ? 'tag amber' : 'tag'}>
                        {t(`discount.state.${d.state}`)}
                      </span>
                    </td>
                    <td>
                      {d.reason}
                      {d.inspection && (
                        <span className="dim">
                          {' '}
                          {t('discount.found', { by: d.inspectedBy ?? '', words: d.inspection })}
                        </span>
                      )}
                    </td>
                    <td>{can('charge.discount') && <Next d={d} />}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <More query={query} />
          <EarlyRules />
        </div>
        <aside className="state-side" aria-label={t('discount.new')}>
          {rules.data && can('charge.discount') && (
            <>
              <h2 className="sub">{t('discount.new')}</h2>
              <Ask rules={rules.data} />
            </>
          )}
          {can('charge.edit') && (
            <>
              <h2 className="sub">{t('early.new')}</h2>
              <AskEarly />
            </>
          )}
          {rules.data && can('charge.edit') && (
            <>
              <h2 className="sub">{t('discount.rules')}</h2>
              <Rules key={community} rules={rules.data} />
            </>
          )}
        </aside>
      </div>
    </main>
  );
}
