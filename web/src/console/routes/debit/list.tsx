// Direct debit: batches for a bank, released by a second person, answered by a file (PAY-02b).
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { DebitBatch } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { BatchPane, batchColour, useDebitStale } from './batch.tsx';

const route = getRouteApi('/console/debits');

function NewBatch({ community, go }: { community: string; go: (id: string) => void }) {
  const send = useSend();
  const stale = useDebitStale();
  const banks = useQuery({
    queryKey: ['debit-banks', community],
    queryFn: () => data(api.GET('/debit-banks', { params: { query: { community } } })),
    enabled: community !== '',
  });
  const [bank, setBank] = useState<string>();
  const [text, setText] = useState({ dueTill: '', collectOn: '' });
  const all = banks.data?.items ?? [];
  const which = bank ?? all[0]?.bank;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!which) missing.bank = t('form.missing');
    for (const name of ['dueTill', 'collectOn'] as const) if (!text[name]) missing[name] = t('form.missing');
    if (!send.fix(missing) || !which) return;
    const made = await send.run(once =>
      data(
        api.POST('/debit-batches', { params: { header: once }, body: { community, bank: which, ...text } }),
      ),
    );
    if (!made) return;
    const out = made.leftOut;
    toast(
      out && out.overLimit + out.paused + out.onTheWay > 0
        ? t('debit.made.less', {
            number: made.number,
            over: out.overLimit,
            paused: out.paused,
            way: out.onTheWay,
          })
        : t('debit.made', { number: made.number }),
    );
    stale();
    go(made.id);
  };
  const day = (name: keyof typeof text, label: string, hint: string) => (
    <Field label={label} error={send.fields[name]} hint={hint} required>
      {a => (
        <Input
          {...a}
          type="date"
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('debit.new')}>
      <h2>{t('debit.new')}</h2>
      <ErrorNote query={banks} />
      {banks.data && all.length === 0 && <Empty>{t('debit.no_banks')}</Empty>}
      {all.length > 0 && (
        <>
          <Field label={t('debit.bank')} error={send.fields.bank} required>
            {a => (
              <Select<string>
                {...a}
                {...(which ? { value: which } : {})}
                onChange={setBank}
                options={all.map(b => ({
                  value: b.bank,
                  label: t('debit.bank.n', { bank: b.bank, n: b.mandates }),
                }))}
              />
            )}
          </Field>
          {day('dueTill', t('debit.till'), t('debit.till.hint'))}
          {day('collectOn', t('debit.collect'), t('debit.collect.hint'))}
          <TroubleNote trouble={send.trouble} />
          <p>
            <button type="submit" className="btn go" disabled={send.busy}>
              {t('debit.make')}
            </button>
          </p>
        </>
      )}
      <p>
        <Link to="/console/debit-mandates">{t('cashier.mandates')}</Link>
      </p>
    </form>
  );
}

function Rows({
  rows,
  open,
  go,
}: {
  rows: DebitBatch[];
  open: string | undefined;
  go: (id: string) => void;
}) {
  const count = (b: DebitBatch, state: string) => {
    const s = b.sums.find(x => x.state === state);
    return s ? `${s.n} · ${yuan(s.amount)}` : '';
  };
  return (
    <table className="grid" aria-label={t('cashier.debits')}>
      <thead>
        <tr>
          <th>{t('debit.batch')}</th>
          <th>{t('debit.bank')}</th>
          <th>{t('debit.collect')}</th>
          <th className="num">{t('debit.n')}</th>
          <th className="num">{t('bill.amount')}</th>
          <th className="num">{t('debit.item.paid')}</th>
          <th className="num">{t('debit.item.failed')}</th>
          <th className="num">{t('debit.item.conflict')}</th>
          <th>{t('bill.state')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(b => (
          <tr key={b.id} className={b.id === open ? 'on' : ''} data-testid="debit-batch">
            <td>
              <button type="button" className="cell nw" onClick={() => go(b.id)}>
                {b.number}
              </button>
            </td>
            <td>{b.bank}</td>
            <td className="nw">{b.collectOn}</td>
            <td className="num">{b.n}</td>
            <td className="num b">{yuan(b.amount)}</td>
            <td className="num">{count(b, 'paid')}</td>
            <td className="num">{count(b, 'failed')}</td>
            <td className="num">{count(b, 'conflict')}</td>
            <td className="nw">
              <span className={`tag ${batchColour[b.state]}`}>{t(`debit.state.${b.state}`)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function DebitsPage() {
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const may = useCan()('debit.run');
  const query = useInfiniteQuery({
    queryKey: ['debit-batches', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/debit-batches', {
          params: { query: { community, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    enabled: community !== '',
  });
  const rows = query.data?.pages.flatMap(p => p.items) ?? [];
  const go = (id: string) => void navigate({ search: { open: id }, replace: true });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('cashier.debits')}</H1>
        <span className="grow" />
        {open && may && (
          <button type="button" className="btn" onClick={() => void navigate({ search: {} })}>
            {t('debit.new')}
          </button>
        )}
      </header>
      <Tabs of="cashier" />
      <div className={open || may ? 'page-body two-cols cashier' : 'page-body flush'}>
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={5} />}
          {query.data && rows.length === 0 && <Empty>{t('debit.none')}</Empty>}
          {rows.length > 0 && (
            <div className="scroll">
              <Rows rows={rows} open={open} go={go} />
            </div>
          )}
          <More query={query} />
        </div>
        {(open || may) && (
          <aside className="state-side" aria-label={t('cashier.debits')}>
            {open ? <BatchPane key={open} id={open} /> : <NewBatch community={community} go={go} />}
          </aside>
        )}
      </div>
    </main>
  );
}
