// Money that came and nobody knows whose it is: it waits until a second person releases it or has it sent back (PAY-02b).
import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { isAmount, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { Suspense } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { ListPage, useRows } from './list-page.tsx';

const route = getRouteApi('/console/suspense');
const means = ['bank', 'wechat', 'alipay', 'pos', 'cheque'] as const;
const colour = { open: 'amber', asked: 'care', released: 'green', returned: '' } as const;
const blank = { amount: '', cameOn: '', payer: '', reference: '', words: '' };

function Book({ community, onDone }: { community: string; onDone: () => void }) {
  const send = useSend();
  const [how, setHow] = useState<(typeof means)[number]>('bank');
  const [text, setText] = useState(blank);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!isAmount(text.amount)) missing.amount = t('cashier.amount.form');
    for (const name of ['cameOn', 'reference'] as const)
      if (!text[name].trim()) missing[name] = t('form.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(once =>
      data(
        api.POST('/suspense', {
          params: { header: once },
          body: {
            community,
            means: how,
            amount: text.amount,
            cameOn: text.cameOn,
            reference: text.reference,
            ...(text.payer.trim() ? { payer: text.payer } : {}),
            ...(text.words.trim() ? { words: text.words } : {}),
          },
        }),
      ),
    );
    if (!made) return;
    toast(t('suspense.booked'));
    setText(blank);
    onDone();
  };
  const write = (name: keyof typeof text, label: string, required = true) => (
    <Field label={label} error={send.fields[name]} required={required}>
      {a => (
        <Input
          {...a}
          type={name === 'cameOn' ? 'date' : 'text'}
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('suspense.new')}>
      <h2>{t('suspense.new')}</h2>
      <p className="dim">{t('suspense.hint')}</p>
      <Choice
        legend={t('suspense.means')}
        name="means"
        value={how}
        options={means.map(value => ({ value, label: t(`means.${value}`) }))}
        onChange={setHow}
      />
      {write('amount', t('petty.amount'))}
      {write('cameOn', t('suspense.came'))}
      {write('reference', t('suspense.reference'))}
      {write('payer', t('suspense.payer'), false)}
      {write('words', t('cashier.words'), false)}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('suspense.book')}
        </button>
      </p>
    </form>
  );
}

function Release({ of, community, onDone }: { of: Suspense; community: string; onDone: () => void }) {
  const send = useSend();
  const [how, setHow] = useState<'room' | 'back'>('room');
  const [text, setText] = useState({ roomId: '', reference: '', reason: '' });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    const needed = how === 'room' ? 'roomId' : 'reference';
    if (!text[needed].trim()) missing[needed] = t('form.missing');
    if (!text.reason.trim()) missing.reason = t('form.missing');
    if (!send.fix(missing)) return;
    const made = await send.run(async once => {
      const found =
        how === 'room'
          ? await data(
              api.GET('/rooms/resolve', { params: { query: { community, label: text.roomId.trim() } } }),
            )
          : undefined;
      return data(
        api.POST('/suspense/{id}/release', {
          params: { path: { id: of.id }, header: { ...match(of.version), ...once } },
          body: {
            reason: text.reason,
            ...(how === 'room' ? { roomId: found?.room?.id ?? '' } : { reference: text.reference }),
          },
        }),
      );
    });
    if (!made) return;
    toast(t('suspense.asked'));
    onDone();
  };
  const write = (name: keyof typeof text, label: string) => (
    <Field label={label} error={send.fields[name]} required>
      {a => (
        <Input
          {...a}
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('suspense.release')}>
      <Choice
        legend={t('suspense.release')}
        quietLegend
        name={`how-${of.id}`}
        value={how}
        options={[
          { value: 'room', label: t('suspense.to_room') },
          { value: 'back', label: t('suspense.back') },
        ]}
        onChange={setHow}
      />
      {how === 'room'
        ? write('roomId', t('suspense.room'))
        : write('reference', t('suspense.back_reference'))}
      {write('reason', t('suspense.reason'))}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('suspense.ask')}
        </button>
      </p>
    </form>
  );
}

export function SuspensePage() {
  const { state } = route.useSearch();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const client = useQueryClient();
  const may = useCan()('payment.take');
  const [open, setOpen] = useState<string>();
  const view = state === 'ended' ? 'ended' : '';
  const { query, rows } = useRows(['suspense', view], asked =>
    data(api.GET('/suspense', { params: { query: { ...asked, ...(view ? { state: view } : {}) } } })),
  );
  const done = () => {
    setOpen(undefined);
    for (const key of ['suspense', 'day']) void client.invalidateQueries({ queryKey: [key] });
  };
  return (
    <ListPage
      title={t('cashier.suspense')}
      path="/suspense"
      view={view}
      views={[
        { value: '', label: t('suspense.view.open') },
        { value: 'ended', label: t('suspense.view.ended') },
      ]}
      onView={value => navigate({ search: value ? { state: value } : {}, replace: true })}
      query={query}
      empty={rows.length === 0 ? t('suspense.none') : undefined}
      aside={
        may ? (
          <aside className="state-side" aria-label={t('suspense.new')}>
            <Book community={community} onDone={done} />
          </aside>
        ) : null
      }
    >
      <ul className="lines">
        {rows.map(x => (
          <li key={x.id} data-testid="suspense">
            <div className="grow stack">
              <span className="row wrap">
                <b>¥{yuan(x.amount)}</b> {t(`means.${x.means}`)} {x.cameOn}
                <span className={`tag ${colour[x.state]}`}>{t(`suspense.state.${x.state}`)}</span>
                <span className="dim">
                  {x.payer} {x.reference} {x.words}
                </span>
              </span>
              {x.state !== 'open' && (
                <span className="dim">
                  {x.label || (x.backReference && t('suspense.went_back', { reference: x.backReference }))}{' '}
                  {x.reason} {x.askedBy} {x.decidedBy}
                </span>
              )}
              {x.state === 'open' &&
                may &&
                (open === x.id ? (
                  <Release of={x} community={community} onDone={done} />
                ) : (
                  <span>
                    <button type="button" className="link" onClick={() => setOpen(x.id)}>
                      {t('suspense.release')}
                    </button>
                  </span>
                ))}
            </div>
          </li>
        ))}
      </ul>
    </ListPage>
  );
}
