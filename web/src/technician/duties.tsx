// My week: what I work, swaps I am asked for, what the shift hands over, and a link for my own calendar (STA-01, STA-02).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data, match } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { Offline } from '../kit/face.tsx';
import { Field, Pick, Skeleton, TroubleNote } from '../kit/phone.tsx';
import { dayText, dutyHours, problemText } from '../kit/roster.ts';
import { useSend } from '../kit/send.ts';
import { useSession } from '../kit/session.ts';
import type { RosterLine, RosterSwap } from '../kit/types.ts';
import { ByPlan, useHere, useMyRoster } from './duty.tsx';
import { Handovers } from './handovers.tsx';
import { t } from './words/index.ts';

const said = (d: RosterLine) => `${dayText(d.day)} ${d.shift} ${dutyHours(d)}`;

function Ask({ duty, close }: { duty: RosterLine; close: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [v, setV] = useState({ toId: '', backId: '', reason: '' });
  const query = useQuery({
    queryKey: ['roster', 'partners', duty.id],
    queryFn: () => data(api.GET('/roster-duties/{id}/partners', { params: { path: { id: duty.id } } })),
  });
  const people = query.data?.items ?? [];
  const chosen = people.find(p => p.id === v.toId);
  const submit = async () => {
    const wrong: Record<string, string> = {};
    if (!v.toId) wrong.toId = t('duties.ask.who');
    if (!v.reason.trim()) wrong.reason = t('duties.ask.why');
    if (!send.fix(wrong)) return;
    const done = await send.run(once =>
      data(
        api.POST('/roster-swaps', {
          params: { header: once },
          body: {
            dutyId: duty.id,
            toId: v.toId,
            reason: v.reason.trim(),
            ...(v.backId ? { backId: v.backId } : {}),
          },
        }),
      ),
    );
    if (!done) return;
    await client.invalidateQueries({ queryKey: ['roster'] });
    close();
  };
  return (
    <form
      className="cta sheet"
      aria-label={t('duties.ask')}
      noValidate
      onSubmit={e => {
        e.preventDefault();
        void submit();
      }}
    >
      <h2>{t('duties.ask')}</h2>
      <p className="dim">{said(duty)}</p>
      {query.isPending && <Skeleton />}
      {query.isError && (
        <p className="trouble" role="alert">
          {explain(query.error)}
        </p>
      )}
      {query.data && people.length === 0 && <p className="empty">{t('duties.ask.nobody')}</p>}
      {people.length > 0 && (
        <Field label={t('duties.ask.to')} error={send.fields.toId}>
          {a => (
            <select
              {...a}
              className="in"
              value={v.toId}
              onChange={e => setV({ ...v, toId: e.target.value, backId: '' })}
            >
              <option value="">{t('duties.ask.choose')}</option>
              {people.map(p => (
                <option key={p.id} value={p.id}>
                  {p.name}
                  {p.problems[0] ? ` · ${problemText(p.problems[0])}` : ''}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {chosen && chosen.duties.length > 0 && (
        <Field label={t('duties.ask.back')} error={send.fields.backId}>
          {a => (
            <select
              {...a}
              className="in"
              value={v.backId}
              onChange={e => setV({ ...v, backId: e.target.value })}
            >
              <option value="">{t('duties.ask.only')}</option>
              {chosen.duties.map(d => (
                <option key={d.id} value={d.id}>
                  {said(d)}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field label={t('duties.ask.reason')} error={send.fields.reason}>
        {a => (
          <input
            {...a}
            className="in"
            maxLength={200}
            value={v.reason}
            onChange={e => setV({ ...v, reason: e.target.value })}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <div className="two-btn">
        <button type="button" className="pbtn" onClick={close}>
          {t('form.back')}
        </button>
        <button type="submit" className="pbtn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'duties.ask.go')}
        </button>
      </div>
    </form>
  );
}

function SwapCard({ swap, mine }: { swap: RosterSwap; mine: boolean }) {
  const client = useQueryClient();
  const send = useSend();
  const answer = async (step: 'accept' | 'refuse' | 'withdraw') => {
    await send.run(once => {
      const params = { path: { id: swap.id }, header: { ...match(swap.version), ...once } };
      if (step === 'refuse') return data(api.POST('/roster-swaps/{id}/refuse', { params, body: {} }));
      return step === 'accept'
        ? data(api.POST('/roster-swaps/{id}/accept', { params }))
        : data(api.POST('/roster-swaps/{id}/withdraw', { params }));
    });
    await client.invalidateQueries({ queryKey: ['roster'] });
  };
  const open = swap.state === 'asked' || swap.state === 'accepted';
  return (
    <li className="sect stack" data-testid="swap">
      <p>
        {t(mine ? 'duties.swap.mine' : 'duties.swap.theirs', {
          name: mine ? swap.toName : swap.byName,
          duty: said(swap.given),
        })}
        {swap.taken && ` ${t('duties.swap.for', { duty: said(swap.taken) })}`}
      </p>
      <p className="s14 dim">
        {t(`roster.swap.${swap.state}`)} · {swap.reason}
        {swap.answer && ` · ${swap.answer}`}
      </p>
      {swap.problems.map(p => (
        <p key={problemText(p)} className="s14 warn">
          {problemText(p)}
        </p>
      ))}
      <TroubleNote trouble={send.trouble} />
      {open && mine && (
        <button type="button" className="pbtn" disabled={send.busy} onClick={() => void answer('withdraw')}>
          {t('duties.swap.withdraw')}
        </button>
      )}
      {swap.state === 'asked' && !mine && (
        <div className="two-btn">
          <button type="button" className="pbtn" disabled={send.busy} onClick={() => void answer('refuse')}>
            {t('duties.swap.no')}
          </button>
          <button
            type="button"
            className="pbtn go"
            disabled={send.busy}
            onClick={() => void answer('accept')}
          >
            {t('duties.swap.yes')}
          </button>
        </div>
      )}
    </li>
  );
}

function Feed({ there }: { there: boolean }) {
  const client = useQueryClient();
  const community = useHere();
  const send = useSend();
  const [link, setLink] = useState('');
  const make = async () => {
    const made = await send.run(once =>
      data(api.POST('/roster-feed', { params: { header: once }, body: { community } })),
    );
    if (made?.path) setLink(location.origin + made.path);
    void client.invalidateQueries({ queryKey: ['roster'] });
  };
  const end = async () => {
    await send.run(async () => {
      await data(api.DELETE('/roster-feed', { params: { query: { community } } }));
      return true;
    });
    setLink('');
    void client.invalidateQueries({ queryKey: ['roster'] });
  };
  return (
    <section className="sect stack" aria-label={t('duties.feed')}>
      <h2>{t('duties.feed')}</h2>
      <p className="s14 dim">{t(there ? 'duties.feed.there' : 'duties.feed.none')}</p>
      {link && (
        <Field label={t('duties.feed.link')}>
          {a => <input {...a} className="in" readOnly value={link} onFocus={e => e.target.select()} />}
        </Field>
      )}
      <TroubleNote trouble={send.trouble} />
      <button type="button" className="pbtn" disabled={send.busy} onClick={() => void make()}>
        {t(there ? 'duties.feed.renew' : 'duties.feed.make')}
      </button>
      {there && (
        <button type="button" className="pbtn" disabled={send.busy} onClick={() => void end()}>
          {t('duties.feed.end')}
        </button>
      )}
    </section>
  );
}

export function DutiesPage() {
  const me = useSession().account.id;
  const query = useMyRoster();
  const [ask, setAsk] = useState<RosterLine>();
  const [show, setShow] = useState<'coming' | 'week'>('coming');
  const mine = query.data;
  const duties = mine?.duties.filter(d => show === 'week' || d.day >= mine.today || d.id === mine.now?.id);
  const asked = (d: RosterLine) =>
    mine?.swaps.some(s => s.dutyId === d.id && (s.state === 'asked' || s.state === 'accepted'));
  return (
    <main className="screen">
      <header className="hi">
        <h1>{t('duties.title')}</h1>
      </header>
      <Offline />
      <ByPlan />
      {query.isPending && query.fetchStatus !== 'idle' && <Skeleton />}
      {query.isError && (
        <div className="trouble" role="alert">
          {explain(query.error)}
          <button type="button" className="link" onClick={() => void query.refetch()}>
            {t('error.retry')}
          </button>
        </div>
      )}
      {mine && (
        <>
          {mine.swaps.length > 0 && (
            <section aria-label={t('duties.swaps')}>
              <h2 className="grp">
                <span>{t('duties.swaps')}</span>
              </h2>
              <ul>
                {mine.swaps.slice(0, 10).map(s => (
                  <SwapCard key={s.id} swap={s} mine={s.byId === me} />
                ))}
              </ul>
            </section>
          )}
          <div className="sect">
            <Pick
              legend={t('duties.show')}
              value={show}
              onChange={setShow}
              options={(['coming', 'week'] as const).map(value => ({
                value,
                label: t(`duties.show.${value}`),
              }))}
            />
          </div>
          {duties?.length === 0 && <p className="empty">{t('duties.none')}</p>}
          <ul>
            {duties?.map(d => (
              <li key={d.id} className="sect duty-line" data-testid="my-duty">
                <span>
                  <b>{dayText(d.day)}</b> {d.shift}
                  <span className="s14 dim block">{dutyHours(d)}</span>
                  {d.problems.map(p => (
                    <span key={problemText(p)} className="s14 warn block">
                      {problemText(p)}
                    </span>
                  ))}
                </span>
                {d.day > mine.today && !asked(d) && (
                  <button
                    type="button"
                    className="pbtn small"
                    aria-label={t('duties.ask.of', { duty: said(d) })}
                    onClick={() => setAsk(d)}
                  >
                    {t('duties.ask')}
                  </button>
                )}
              </li>
            ))}
          </ul>
          <Handovers />
          <Feed there={mine.feed} />
        </>
      )}
      {ask && <Ask key={ask.id} duty={ask} close={() => setAsk(undefined)} />}
    </main>
  );
}
