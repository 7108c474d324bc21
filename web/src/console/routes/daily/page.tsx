// The management log of a day, read and signed (STA-02, STA-02a).
import { getRouteApi, Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { Icon } from '../../../kit/icons.tsx';
import { addDays, dayText } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import { today } from '../../../kit/time.ts';
import type { DailyDay, DailyPart } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/daily.ts';
import { parts, signOf, useAgain, useDay } from './data.ts';
import { Entries } from './entries.tsx';
import { Complaints, figuresText, Handovers, Looks, Matters, OnDuty, Section } from './parts.tsx';
import { Tasks } from './tasks.tsx';
import './daily.css';

const route = getRouteApi('/console/daily');

/** The weather, written in place. */
function Weather({ day }: { day: DailyDay }) {
  const again = useAgain();
  const send = useSend();
  const [edit, setEdit] = useState(false);
  const [{ words }, set, own] = useEdit({ words: day.weather });
  const may = day.mayWrite && !!day.id && !signOf(day, 'log');
  if (!edit)
    return (
      <p className="row">
        {(day.weather || may) && <span className="dim">{t('daily.weather')}</span>}
        <span>{day.weather}</span>
        {may && (
          <button type="button" className="link no-print" onClick={() => setEdit(true)}>
            {t(day.weather ? 'daily.edit' : 'daily.weather.add')}
            <span className="quiet-reading">{t('daily.weather')}</span>
          </button>
        )}
      </p>
    );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(() =>
      data(
        api.PUT('/daily-logs/{id}', {
          params: { path: { id: day.id ?? '' }, header: match(day.version) },
          body: { weather: words },
        }),
      ),
    );
    if (!made) return;
    own.saved();
    await again();
    setEdit(false);
  };
  return (
    <form className="daily-line" onSubmit={submit} noValidate aria-label={t('daily.weather')}>
      <Field label={t('daily.weather')} error={send.fields.weather} newer={own.newer.words} className="grow">
        {a => (
          <input
            {...a}
            className="text"
            maxLength={100}
            placeholder={t('daily.weather.hint')}
            value={words}
            onChange={e => set({ words: e.target.value })}
          />
        )}
      </Field>
      <button type="submit" className="btn go" disabled={send.busy}>
        {t('form.save')}
      </button>
      <button type="button" className="btn quiet" onClick={() => setEdit(false)}>
        {t('form.back')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

/** Signs what is not signed yet, with a remark, all at once or part by part. */
function useSigning(day: DailyDay | undefined) {
  const again = useAgain();
  const send = useSend();
  const sign = async (which: readonly DailyPart[], remark: string) => {
    if (!day?.id) return false;
    const id = day.id;
    const done = await send.run(once =>
      data(
        api.POST('/daily-logs/{id}/sign', {
          params: { path: { id }, header: { ...match(day.version), ...once } },
          body: { parts: [...which], ...(remark.trim() ? { remark: remark.trim() } : {}) },
        }),
      ),
    );
    if (!done) return false;
    toast(t('daily.signed', { day: dayText(done.day), n: done.signed }));
    await again();
    return true;
  };
  return { send, sign };
}

function SignBar({ day, signing }: { day: DailyDay; signing: ReturnType<typeof useSigning> }) {
  const [remark, setRemark] = useState('');
  const { send, sign } = signing;
  const open = parts.filter(p => !signOf(day, p));
  return (
    <form
      className="daily-signbar no-print"
      aria-label={t('daily.sign')}
      noValidate
      onSubmit={async event => {
        event.preventDefault();
        if (await sign(open, remark)) setRemark('');
      }}
    >
      <Field label={t('daily.remark')} error={send.fields.remark} className="grow">
        {a => (
          <input
            {...a}
            className="text"
            maxLength={500}
            placeholder={t('form.optional')}
            value={remark}
            onChange={e => setRemark(e.target.value)}
          />
        )}
      </Field>
      <button type="submit" className="btn go" disabled={send.busy}>
        <Icon name="stamp" />
        {send.busy ? t('form.saving') : t('daily.sign.all', { n: open.length })}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

function State({ day }: { day: DailyDay }) {
  if (day.signed === parts.length) return <span className="tag green">{t('daily.all_signed')}</span>;
  if (!day.over) return <span className="tag">{t('daily.running')}</span>;
  if (!day.id) return <span className="tag">{t('daily.no_log')}</span>;
  return (
    <span className="tag amber">
      {t(day.late ? 'daily.late' : 'daily.waits', { n: parts.length - day.signed })}
    </span>
  );
}

function Sheet({ day, signing }: { day: DailyDay; signing: ReturnType<typeof useSigning> }) {
  const may = useCan()('daily.sign') && day.over && !!day.id;
  const one = (part: DailyPart) =>
    may &&
    !signOf(day, part) &&
    day.signed < parts.length - 1 && (
      <button
        type="button"
        className="btn no-print"
        disabled={signing.send.busy}
        onClick={() => void signing.sign([part], '')}
      >
        {t('daily.sign.one')}
        <span className="quiet-reading">{t(`daily.part.${part}`)}</span>
      </button>
    );
  return (
    <div className="daily-sheet">
      <Section day={day} part="log" act={one('log')}>
        <p className="daily-figures">{figuresText(day)}</p>
        <Weather key={`${day.community} ${day.day}`} day={day} />
        <h3 className="sub">{t('daily.on_duty')}</h3>
        <OnDuty day={day} />
        <h3 className="sub">
          {t('daily.handovers')}
          <Link to="/console/shift-handovers" search={{ day: day.day }} className="no-print">
            {t('daily.open')}
          </Link>
        </h3>
        <Handovers day={day} />
        {day.content.overdue.length > 0 && (
          <>
            <h3 className="sub">{t('daily.overdue')}</h3>
            <Matters rows={day.content.overdue} name={t('daily.overdue')} />
          </>
        )}
        <Entries day={day} />
        <Tasks day={day} part="log" />
      </Section>
      <Section day={day} part="complaints" act={one('complaints')}>
        <Complaints day={day} />
        <Tasks day={day} part="complaints" />
      </Section>
      <Section day={day} part="patrols" act={one('patrols')}>
        <Looks day={day} />
        <Tasks day={day} part="patrols" />
      </Section>
    </div>
  );
}

export function DailyPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const query = useDay(search.day);
  const day = query.data;
  const signing = useSigning(day);
  const shown = day?.day ?? search.day ?? today();
  const go = (to: string) => void navigate({ search: { day: to } });
  const maySign = can('daily.sign') && !!day?.id && day.over && day.signed < parts.length;
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('daily.title')}</H1>
        <button
          type="button"
          className="btn sq"
          aria-label={t('daily.before')}
          onClick={() => go(addDays(shown, -1))}
        >
          <Icon name="left" />
        </button>
        <input
          type="date"
          className="text"
          aria-label={t('daily.day')}
          value={shown}
          max={today()}
          onChange={e => e.target.value && go(e.target.value)}
        />
        <button
          type="button"
          className="btn sq"
          aria-label={t('daily.after')}
          disabled={shown >= today()}
          onClick={() => go(addDays(shown, 1))}
        >
          <Icon name="right" />
        </button>
        {day && <State day={day} />}
        <span className="grow" />
        <Link className="btn" to="/console/daily/month" search={{ period: shown.slice(0, 7) }}>
          {t('daily.month')}
        </Link>
        <Link className="btn" to="/console/daily/print" search={{ day: shown }}>
          {t('do.print')}
        </Link>
      </header>
      <Tabs of="roster" />
      <div className="page-body daily-body">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={10} />}
        {day && day.before.n > 0 && day.before.first && can('daily.sign') && (
          <p className="ask">
            {t('daily.others', { n: day.before.n })}{' '}
            <Link to="/console/daily" search={{ day: day.before.first }}>
              {dayText(day.before.first)}
            </Link>
          </p>
        )}
        {day && <Sheet key={day.day} day={day} signing={signing} />}
      </div>
      {day && maySign && <SignBar key={day.day} day={day} signing={signing} />}
    </main>
  );
}
