// Mandates: what households allowed their bank to pay (PAY-02b).
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, base, data, match } from '../../../kit/client.ts';
import { isAmount, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { DebitMandate } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const route = getRouteApi('/console/debit-mandates');
const blank = { roomId: '', number: '', bank: '', holder: '', account: '', signedOn: '', limit: '' };

function NewMandate({ community, onDone }: { community: string; onDone: () => void }) {
  const send = useSend();
  const [text, setText] = useState(blank);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    for (const name of ['roomId', 'number', 'bank', 'holder', 'account', 'signedOn'] as const)
      if (!text[name].trim()) missing[name] = t('form.missing');
    if (text.limit.trim() && !isAmount(text.limit)) missing.limit = t('cashier.amount.form');
    if (!send.fix(missing)) return;
    const made = await send.run(async once => {
      const found = await data(
        api.GET('/rooms/resolve', { params: { query: { community, label: text.roomId.trim() } } }),
      );
      return data(
        api.POST('/debit-mandates', {
          params: { header: once },
          body: {
            roomId: found.room?.id ?? '',
            number: text.number,
            bank: text.bank,
            holder: text.holder,
            account: text.account,
            signedOn: text.signedOn,
            ...(text.limit.trim() ? { limit: text.limit } : {}),
          },
        }),
      );
    });
    if (!made) return;
    toast(t('debit.mandate.kept'));
    setText({ ...blank, bank: text.bank });
    onDone();
  };
  const write = (name: keyof typeof blank, label: string, required = true, hint?: string) => (
    <Field
      label={label}
      error={send.fields[name] ?? (name === 'roomId' ? send.fields.label : undefined)}
      required={required}
      {...(hint ? { hint } : {})}
    >
      {a => (
        <Input
          {...a}
          type={name === 'signedOn' ? 'date' : 'text'}
          autoComplete="off"
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('debit.mandate.new')}>
      <h2>{t('debit.mandate.new')}</h2>
      {write('roomId', t('bill.room'))}
      {write('bank', t('debit.bank'), true, t('debit.bank.hint'))}
      {write('number', t('debit.number'), true, t('debit.number.hint'))}
      {write('holder', t('debit.holder'))}
      {write('account', t('debit.account'), true, t('debit.account.hint'))}
      <div className="pair">
        {write('signedOn', t('debit.signed'))}
        {write('limit', t('debit.limit'), false, t('debit.limit.hint'))}
      </div>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('debit.mandate.keep')}
        </button>
      </p>
    </form>
  );
}

function End({ of, onDone }: { of: DebitMandate; onDone: () => void }) {
  const send = useSend();
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/debit-mandates/{id}/end', {
          params: { path: { id: of.id }, header: { ...match(of.version), ...once } },
          body: { reason },
        }),
      ),
    );
    if (made) onDone();
  };
  return (
    <form className="row wrap" onSubmit={submit} noValidate>
      <Field label={t('debit.end.why')} error={send.fields.reason}>
        {a => <Input {...a} value={reason} onChange={e => setReason(e.target.value)} />}
      </Field>
      <button type="submit" className="btn go" disabled={send.busy}>
        {t('debit.end')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

export function MandatesPage() {
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const client = useQueryClient();
  const may = useCan()('debit.mandates');
  const [ending, setEnding] = useState<string>();
  const view = state === 'ended' ? 'ended' : 'active';
  const query = useInfiniteQuery({
    queryKey: ['debit-mandates', community, view],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/debit-mandates', {
          params: { query: { community, state: view, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: last => last.next,
    enabled: community !== '',
  });
  const rows = query.data?.pages.flatMap(p => p.items) ?? [];
  const done = () => {
    setEnding(undefined);
    for (const key of ['debit-mandates', 'debit-banks']) void client.invalidateQueries({ queryKey: [key] });
  };
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('cashier.mandates')}</H1>
        <span className="grow" />
        <Choice
          legend={t('bill.state')}
          quietLegend
          name="state"
          value={view}
          options={(['active', 'ended'] as const).map(value => ({
            value,
            label: t(`debit.mandate.${value}`),
          }))}
          onChange={value => navigate({ search: { state: value }, replace: true })}
        />
        <a
          className="btn"
          href={`${base}/debit-mandates/export.xlsx?${new URLSearchParams({ community, state: view })}`}
          download
        >
          {t('invoice.export')}
        </a>
      </header>
      <Tabs of="cashier" />
      <div className={may ? 'page-body two-cols cashier' : 'page-body flush'}>
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={5} />}
          {query.data && rows.length === 0 && <Empty>{t(`debit.mandate.none.${view}`)}</Empty>}
          {rows.length > 0 && (
            <div className="scroll">
              <table className="grid" aria-label={t('cashier.mandates')}>
                <thead>
                  <tr>
                    <th>{t('bill.room')}</th>
                    <th>{t('debit.bank')}</th>
                    <th>{t('debit.holder')}</th>
                    <th>{t('debit.account')}</th>
                    <th>{t('debit.number')}</th>
                    <th>{t('debit.signed')}</th>
                    <th className="num">{t('debit.limit')}</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {rows.map(m => (
                    <tr key={m.id} data-testid="mandate">
                      <td className="nw">{m.label}</td>
                      <td>{m.bank}</td>
                      <td className="nw">{m.holder}</td>
                      <td className="nw">{m.accountMasked}</td>
                      <td className="nw">{m.number}</td>
                      <td className="nw">{m.signedOn}</td>
                      <td className="num">{m.limit === '0.00' ? t('debit.unlimited') : yuan(m.limit)}</td>
                      <td>
                        {m.state === 'ended' ? (
                          <span className="dim">
                            {m.endedOn} {m.endedWhy}
                          </span>
                        ) : ending === m.id ? (
                          <End of={m} onDone={done} />
                        ) : (
                          may && (
                            <button type="button" className="link nw" onClick={() => setEnding(m.id)}>
                              {t('debit.end')}
                            </button>
                          )
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <More query={query} />
        </div>
        {may && (
          <aside className="state-side" aria-label={t('debit.mandate.new')}>
            <NewMandate community={community} onDone={done} />
          </aside>
        )}
      </div>
    </main>
  );
}
