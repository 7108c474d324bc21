// One line of a statement that stands for several bookings: a transfer for several receipts, a day's sum of a POS or a
// gateway less its fee (PAY-07).
import { useQuery } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useDeferredValue, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { fenOf, isAmount, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { BookedMoney, StatementLine } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { naming } from './naming.ts';

const ways = ['bank', 'pos', 'cheque', 'wechat', 'alipay'] as const;
type Way = (typeof ways)[number];

const keyOf = (b: BookedMoney) => `${b.kind}-${b.id}`;
const text = (fen: number) => yuan((fen / 100).toFixed(2));

/** What a matched line stands for. */
export function Pieces({ of }: { of: StatementLine }) {
  const query = useQuery({
    queryKey: ['statement-bookings', of.id, of.version],
    queryFn: () => data(api.GET('/statement-lines/{id}/bookings', { params: { path: { id: of.id } } })),
  });
  return (
    <>
      <ErrorNote query={query} />
      <ul className="lines">
        {query.data?.items.map(b => (
          <li key={keyOf(b)} data-testid="statement-piece">
            <span className="grow">{naming(b)}</span>
            <span className="num">{yuan(b.amount)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Found({
  of,
  search,
  chosen,
  toggle,
}: {
  of: StatementLine;
  search: { means: Way; q: string };
  chosen: Map<string, BookedMoney>;
  toggle: (b: BookedMoney) => void;
}) {
  const query = useQuery({
    queryKey: ['statement-bookings', of.id, of.version, search],
    queryFn: () =>
      data(
        api.GET('/statement-lines/{id}/bookings', {
          params: {
            path: { id: of.id },
            query: { means: search.means, ...(search.q ? { q: search.q } : {}) },
          },
        }),
      ),
  });
  const rest = (query.data?.items ?? []).filter(b => !chosen.has(keyOf(b)));
  const all = [...chosen.values(), ...rest];
  return (
    <>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={3} />}
      {query.data && all.length === 0 && <Empty>{t('statement.several.none')}</Empty>}
      <ul className="lines">
        {all.map(b => (
          <li key={keyOf(b)}>
            <label className="grow">
              <input type="checkbox" checked={chosen.has(keyOf(b))} onChange={() => toggle(b)} /> {naming(b)}
            </label>
            <span className="num">{yuan(b.amount)}</span>
          </li>
        ))}
      </ul>
      {query.data?.more && <p className="dim">{t('statement.several.more')}</p>}
    </>
  );
}

/** Bookings are ticked until their sum, less what was kept of it, is the line's amount. */
export function Several({
  of,
  onDone,
  onClose,
}: {
  of: StatementLine;
  onDone: () => void;
  onClose: () => void;
}) {
  const send = useSend();
  const [means, setMeans] = useState<Way>(of.means);
  const [q, setQ] = useState('');
  const [fee, setFee] = useState('');
  const [chosen, setChosen] = useState(new Map<string, BookedMoney>());
  const toggle = (b: BookedMoney) => {
    const next = new Map(chosen);
    if (!next.delete(keyOf(b))) next.set(keyOf(b), b);
    setChosen(next);
  };
  const sum = [...chosen.values()].reduce((fen, b) => fen + fenOf(b.amount), 0);
  const kept = isAmount(fee) ? fenOf(fee) : 0;
  const left = fenOf(of.amount) - sum + kept;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (fee.trim() && !isAmount(fee)) wrong.fee = t('cashier.amount.form');
    if (chosen.size === 0) wrong.parts = t('statement.several.choose');
    if (!send.fix(wrong)) return;
    const made = await send.run(once =>
      data(
        api.POST('/statement-lines/{id}/settle', {
          params: { path: { id: of.id }, header: { ...match(of.version), ...once } },
          body: {
            as: 'several',
            parts: [...chosen.values()].map(({ kind, id }) => ({ kind, id })),
            ...(kept ? { fee } : {}),
          },
        }),
      ),
    );
    if (made) onDone();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('statement.several')}>
      <div className="row wrap">
        {of.means === 'bank' && (
          <Field label={t('cashier.means')}>
            {a => (
              <Select<Way>
                {...a}
                value={means}
                onChange={setMeans}
                options={ways.map(value => ({ value, label: t(`means.${value}`) }))}
              />
            )}
          </Field>
        )}
        <Field label={t('statement.several.search')} error={send.fields.parts}>
          {a => <Input {...a} value={q} maxLength={100} onChange={e => setQ(e.target.value)} />}
        </Field>
        {of.means === 'bank' && (
          <Field label={t('statement.several.fee')} error={send.fields.fee}>
            {a => <Input {...a} inputMode="decimal" value={fee} onChange={e => setFee(e.target.value)} />}
          </Field>
        )}
      </div>
      <Found of={of} search={{ means, q: useDeferredValue(q.trim()) }} chosen={chosen} toggle={toggle} />
      <p role="status" data-testid="several-sum">
        {t('statement.several.sum', { n: chosen.size, sum: text(sum) })}{' '}
        <span className={left === 0 ? 'tag green' : 'tag amber'}>
          {left === 0 ? t('statement.several.agrees') : t('statement.several.left', { left: text(left) })}
        </span>
      </p>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy || left !== 0}>
          {t('statement.several.do')}
        </button>
        <button type="button" className="btn" onClick={onClose}>
          {t('statement.back')}
        </button>
      </p>
    </form>
  );
}
