// The statement of account of one's own rooms (BIL-08): to read, print or keep as PDF, and how it comes by itself.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { api, base, data, match } from '../kit/client.ts';
import { readDraft, writeDraft } from '../kit/drafts.ts';
import { useEdit } from '../kit/edit.ts';
import { explain } from '../kit/explain.ts';
import { yuan } from '../kit/format.ts';
import { Icon } from '../kit/icons.tsx';
import { NewerLine } from '../kit/newer.tsx';
import { go } from '../kit/path.ts';
import { Field, Pick, Skeleton, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { showNow } from '../kit/shown.ts';
import { type Span, spans } from '../kit/spans.ts';
import { today } from '../kit/time.ts';
import type { Extract, ExtractChosen } from '../kit/types.ts';
import { type ExtractWord, w } from './extract-words.ts';
import { JointPaper } from './joint.tsx';
import { Bar } from './parts.tsx';
import { useHome } from './session.ts';

const shown = ['month', 'last_month', 'year', 'last_year'] as const satisfies Span[];

function Paper({ of: s, pdf }: { of: Extract; pdf: string }) {
  const said = (key: string) => s.words[key] ?? key;
  const sums = (at: 'opening' | 'closing') => (
    <div>
      <dt>{said(at)}</dt>
      <dd>
        ¥{yuan(s[at].balance)}
        {Number(s[at].deposit) !== 0 && ` · ${said('deposit')} ¥${yuan(s[at].deposit)}`}
      </dd>
    </div>
  );
  return (
    <article lang={s.lang} data-testid="extract">
      <section className="sect">
        <h2>
          {s.place.name} · {said('title')}
        </h2>
        <p className="dim s14">
          {s.name} {s.rooms.join(s.lang === 'en' ? ', ' : '、')}
          <br />
          {s.from} – {s.to}
        </p>
        <dl className="lines">
          {sums('opening')}
          {sums('closing')}
          {Number(s.late) !== 0 && (
            <div>
              <dt>{said('lateCol')}</dt>
              <dd>¥{yuan(s.late)}</dd>
            </div>
          )}
          <div>
            <dt>{said('payable')}</dt>
            <dd>
              <b>¥{yuan(s.payable)}</b>
            </dd>
          </div>
        </dl>
      </section>
      <section className="sect">
        <h2>{said('sheetEntries')}</h2>
        {s.entries.length === 0 && <p className="dim">{said('nothing')}</p>}
        <ul className="plain-rows">
          {s.entries.map((e, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries do not change their places
            <li key={i} className="row">
              <span className="grow">
                {e.text}
                <small className="dim">
                  {e.day} · {said('balance')} ¥{yuan(e.balance)}
                  {Number(e.waived) !== 0 && ` · ${said('waived')} ¥${yuan(e.waived)}`}
                  {Number(e.deposit) !== 0 && ` · ${said('depositMove')} ¥${yuan(e.deposit)}`}
                  {Number(e.accrued) !== 0 && ` · ${said('accrued')} ¥${yuan(e.accrued)}`}
                </small>
              </span>
              <b>{amountOf(e)}</b>
            </li>
          ))}
        </ul>
      </section>
      {s.joint && <JointPaper of={s} />}
      <section className="sect stack">
        <p className="dim s14">
          {said('office')} {[s.place.address, s.place.hours].filter(Boolean).join(' · ')}
          <br />
          {said('phone')} {s.place.phone}
          <br />
          {said('complaint')} {s.place.complaint}
          <br />
          {said('hint')}
        </p>
        <a className="pbtn go no-print" href={pdf} download>
          {w('pdf')}
        </a>
        <button type="button" className="pbtn no-print" onClick={() => print()}>
          {w('print')}
        </button>
      </section>
    </article>
  );
}

/** What an entry adds to what is owed, or takes off it. */
function amountOf(e: Extract['entries'][number]): string {
  const signed = (text: string, sign: string) =>
    Number(text) === 0
      ? ''
      : text.startsWith('-')
        ? `${sign === '+' ? '−' : '+'}¥${yuan(text.slice(1))}`
        : `${sign}¥${yuan(text)}`;
  return [signed(e.charged, '+'), signed(e.credited, '−')].filter(Boolean).join(' ');
}

function Trouble({ error }: { error: unknown }) {
  return (
    <div className="trouble" role="alert">
      {explain(error)}
    </div>
  );
}

/** A statement that was sent, as it reads now. */
export function SentPage({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ['extract', id],
    queryFn: () => data(api.GET('/resident/extracts/{id}', { params: { path: { id } } })),
    retry: false,
  });
  const home = useHome();
  const room = query.data?.roomId ?? home?.roomId;
  useEffect(() => {
    const name = `extract-seen-${room}`;
    if (query.data && room && (readDraft<string>(name) ?? '') < id) writeDraft(name, id);
  }, [query.data, room, id]);
  return (
    <main className="screen printed">
      <Bar title={w('title')} back="/r/extract" />
      {query.isPending && <Skeleton />}
      {query.isError && <Trouble error={query.error} />}
      {query.data && <Paper of={query.data} pdf={`${base}/resident/extracts/${id}/statement.pdf`} />}
    </main>
  );
}

function Wish({ of, room }: { of: ExtractChosen; room: string }) {
  const client = useQueryClient();
  const send = useSend();
  const [wish, setWish, edit] = useEdit({ form: of.form, rhythm: of.rhythm, lang: of.lang });
  const [saved, setSaved] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(once =>
      data(
        api.PUT('/resident/extract-preference', {
          params: { query: { room }, header: { ...match(of.version), ...once } },
          body: wish,
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    setSaved(true);
    void showNow(client, ['extract-preference', room], made);
  };
  const change = (more: Partial<typeof wish>) => {
    setSaved(false);
    setWish(more);
  };
  const word = (key: string) => w(key as ExtractWord);
  const forms = of.organisation ? (['room', 'payer', 'company'] as const) : (['room', 'payer'] as const);
  return (
    <form className="sect stack no-print" onSubmit={submit} noValidate aria-label={w('wish')}>
      <h2>{w('wish')}</h2>
      <Pick
        legend={w('rhythm')}
        value={wish.rhythm}
        options={(['none', 'month', 'year'] as const).map(value => ({
          value,
          label: word(`rhythm.${value}`),
        }))}
        onChange={rhythm => change({ rhythm })}
      />
      <NewerLine of={edit.newer.rhythm} words={false} />
      <Pick
        legend={w('form')}
        value={wish.form}
        options={forms.map(value => ({ value, label: word(`form.${value}`) }))}
        onChange={form => change({ form })}
      />
      <NewerLine of={edit.newer.form} words={false} />
      <Pick
        legend={w('lang')}
        value={wish.lang}
        options={[
          { value: 'zh' as const, label: '中文' },
          { value: 'en' as const, label: 'English' },
        ]}
        onChange={lang => change({ lang })}
      />
      <p className="dim s14">{w('said')}</p>
      <TroubleNote trouble={send.trouble} />
      <button type="submit" className="pbtn" disabled={send.busy}>
        {w('save')}
      </button>
      {saved && <p role="status">{w('saved')}</p>}
    </form>
  );
}

function Sent({ room }: { room: string }) {
  const query = useQuery({
    queryKey: ['extracts', room],
    queryFn: () => data(api.GET('/resident/extracts', { params: { query: { room } } })),
  });
  return (
    <section className="sect no-print">
      <h2>{w('sent')}</h2>
      {query.isError && <Trouble error={query.error} />}
      {query.data?.items.length === 0 && <p className="dim">{w('none')}</p>}
      <ul className="plain-rows">
        {query.data?.items.map(m => (
          <li key={m.id}>
            <button type="button" className="row plain-row" onClick={() => go(`/r/extract/${m.id}`)}>
              <span className="grow">
                {m.from} – {m.to}
                <small className="dim">{w(`form.${m.form}`)}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Own({ room, wish }: { room: string; wish: ExtractChosen | undefined }) {
  const said = spans(today());
  const [days, setDays] = useState<[string, string]>(said.year);
  const [form, setForm] = useState<'room' | 'payer'>('room');
  const [from, to] = days;
  const query = useQuery({
    queryKey: ['extract', room, form, from, to],
    queryFn: () => data(api.GET('/resident/extract', { params: { query: { room, form, from, to } } })),
    retry: false,
  });
  const span = shown.find(k => said[k][0] === from && said[k][1] === to);
  const day = (n: 0 | 1, label: string) => (
    <Field label={label}>
      {a => (
        <input
          {...a}
          type="date"
          className="in"
          value={days[n]}
          onChange={e => e.target.value && setDays(n === 0 ? [e.target.value, to] : [from, e.target.value])}
        />
      )}
    </Field>
  );
  return (
    <>
      <div className="sect stack no-print">
        <Field label={w('span')}>
          {a => (
            <select
              {...a}
              className="in"
              value={span ?? ''}
              onChange={e => {
                const chosen = said[e.target.value as Span];
                if (chosen) setDays(chosen);
              }}
            >
              <option value="">{w('own')}</option>
              {shown.map(k => (
                <option key={k} value={k}>
                  {w(k)}
                </option>
              ))}
            </select>
          )}
        </Field>
        {day(0, w('from'))}
        {day(1, w('to'))}
        {wish?.mayChange && (
          <label className="row">
            <input
              type="checkbox"
              checked={form === 'payer'}
              onChange={e => setForm(e.target.checked ? 'payer' : 'room')}
            />
            {w('whole')}
          </label>
        )}
      </div>
      {query.isPending && <Skeleton />}
      {query.isError && <Trouble error={query.error} />}
      {query.data && (
        <Paper
          of={query.data}
          pdf={`${base}/resident/extract/statement.pdf?${new URLSearchParams({ room, form, from, to })}`}
        />
      )}
    </>
  );
}

export function ExtractPage() {
  const home = useHome();
  const room = home?.roomId ?? '';
  const wish = useQuery({
    queryKey: ['extract-preference', room],
    queryFn: () => data(api.GET('/resident/extract-preference', { params: { query: { room } } })),
    enabled: room !== '',
    retry: false, // a tenant has none to choose
  });
  if (!room) return null;
  return (
    <main className="screen printed">
      <Bar title={w('title')} back="/r/bills" />
      <Own key={room} room={room} wish={wish.data} />
      {wish.data?.mayChange && (
        <>
          <Sent room={room} />
          <Wish key={room} of={wish.data} room={room} />
        </>
      )}
    </main>
  );
}

/** The latest statement that was sent, until it was opened on this phone. */
export function ExtractCard({ room }: { room: string }) {
  const query = useQuery({
    queryKey: ['extracts', room],
    queryFn: () => data(api.GET('/resident/extracts', { params: { query: { room } } })),
    retry: false,
  });
  const last = query.data?.items[0];
  // Identifiers grow with time.
  if (!last || (readDraft<string>(`extract-seen-${room}`) ?? '') >= last.id) return null;
  return (
    <button type="button" className="sect row plain-row" onClick={() => go(`/r/extract/${last.id}`)}>
      <span className="grow">
        <b>{w('ready')}</b>
        <small className="dim">
          {last.from} – {last.to}
        </small>
      </span>
      <Icon name="right" />
    </button>
  );
}

/** Which page of statements an address opens. */
export function ExtractPages({ id }: { id: string | undefined }) {
  return id ? <SentPage key={id} id={id} /> : <ExtractPage />;
}
