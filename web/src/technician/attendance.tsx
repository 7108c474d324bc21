// Checking in and out: by the phone's position, or by the code at the office, which opens this page (STA-01b).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, data } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { Offline } from '../kit/face.tsx';
import { Icon } from '../kit/icons.tsx';
import { Field, Pick, Skeleton, TroubleNote } from '../kit/phone.tsx';
import { dayText } from '../kit/roster.ts';
import { useSend } from '../kit/send.ts';
import { useSession } from '../kit/session.ts';
import { exact, hourMinute, instant, when } from '../kit/time.ts';
import type { AttendanceDay, AttendanceMine } from '../kit/types.ts';
import { position } from '../kit/where.ts';
import { back } from './path.ts';
import { t } from './words/index.ts';

const useHere = () => useSession().communities[0]?.id ?? '';
const at = (iso: string | undefined) => (iso ? hourMinute(new Date(iso)) : '—');

function Check({ mine, code }: { mine: AttendanceMine; code: string | undefined }) {
  const client = useQueryClient();
  const community = useHere();
  const send = useSend();
  const [done, setDone] = useState('');
  const check = async (kind: 'in' | 'out') => {
    setDone('');
    const made = await send.run(async once => {
      const where = code || !mine.placed ? undefined : await position();
      return data(
        api.POST('/attendance-marks', {
          params: { header: once },
          body: { community, kind, ...(code ? { code } : where) },
        }),
      );
    });
    if (!made) return;
    setDone(t(`attendance.done.${kind}`, { time: at(made.at) }));
    await client.invalidateQueries({ queryKey: ['attendance'] });
  };
  const other = mine.next === 'in' ? 'out' : 'in';
  return (
    <section className="sect stack" aria-label={t('attendance.check')}>
      <p>{mine.since ? t('attendance.since', { time: when(mine.since) }) : t('attendance.not_in')}</p>
      {code && <p className="s14 dim">{t('attendance.by_code')}</p>}
      {!code && mine.placed && <p className="s14 dim">{t('attendance.by_place')}</p>}
      <TroubleNote trouble={send.trouble} />
      <p role="status">{done}</p>
      <button type="button" className="pbtn go" disabled={send.busy} onClick={() => void check(mine.next)}>
        {t(`attendance.do.${mine.next}`)}
      </button>
      <button type="button" className="pbtn" disabled={send.busy} onClick={() => void check(other)}>
        {t(`attendance.do.${other}`)}
      </button>
    </section>
  );
}

function said(d: AttendanceDay): string {
  const out: string[] = [];
  if (d.state === 'absent' || d.state === 'away') out.push(t(`attendance.state.${d.state}`));
  if (d.late) out.push(t('attendance.late_n', { n: d.late }));
  if (d.early) out.push(t('attendance.early_n', { n: d.early }));
  if (d.lacks && d.state !== 'on') out.push(t(`attendance.lacks.${d.lacks}`));
  return out.join(t('why.join'));
}

function AskFix() {
  const client = useQueryClient();
  const community = useHere();
  const send = useSend();
  const [v, setV] = useState({ kind: 'in' as 'in' | 'out', at: '', reason: '' });
  const [done, setDone] = useState(false);
  const submit = async () => {
    const wrong: Record<string, string> = {};
    if (!v.at) wrong.at = t('attendance.fix.when');
    if (!v.reason.trim()) wrong.reason = t('attendance.fix.why');
    if (!send.fix(wrong)) return;
    const made = await send.run(once =>
      data(
        api.POST('/attendance-fixes', {
          params: { header: once },
          body: { community, kind: v.kind, at: instant(v.at), reason: v.reason.trim() },
        }),
      ),
    );
    if (!made) return;
    setV({ kind: 'in', at: '', reason: '' });
    setDone(true);
    await client.invalidateQueries({ queryKey: ['attendance'] });
  };
  return (
    <form
      className="sect stack"
      aria-label={t('attendance.fix')}
      noValidate
      onSubmit={e => {
        e.preventDefault();
        void submit();
      }}
    >
      <h2>{t('attendance.fix')}</h2>
      <p className="s14 dim">{t('attendance.fix.how')}</p>
      <Pick
        legend={t('attendance.fix.kind')}
        value={v.kind}
        onChange={kind => setV({ ...v, kind })}
        options={(['in', 'out'] as const).map(value => ({ value, label: t(`attendance.do.${value}`) }))}
      />
      <Field label={t('attendance.fix.at')} error={send.fields.at}>
        {a => (
          <input
            {...a}
            className="in"
            type="datetime-local"
            value={v.at}
            onChange={e => setV({ ...v, at: e.target.value })}
          />
        )}
      </Field>
      <Field label={t('attendance.fix.reason')} error={send.fields.reason}>
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
      {done && <p role="status">{t('attendance.fix.sent')}</p>}
      <button type="submit" className="pbtn" disabled={send.busy}>
        {t(send.busy ? 'form.saving' : 'attendance.fix.go')}
      </button>
    </form>
  );
}

export function AttendancePage() {
  const community = useHere();
  const [code] = useState(() => new URLSearchParams(location.search).get('code') ?? undefined);
  const query = useQuery({
    queryKey: ['attendance', 'mine', community],
    queryFn: () => data(api.GET('/attendance-mine', { params: { query: { community } } })),
    enabled: community !== '',
  });
  const mine = query.data;
  return (
    <main className="screen">
      <header className="navb">
        <button type="button" className="bk" aria-label={t('attendance.back')} onClick={back}>
          <Icon name="left" />
        </button>
        <h1>{t('attendance.title')}</h1>
      </header>
      <Offline />
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
          <Check mine={mine} code={code} />
          <section className="sect stack" aria-label={t('attendance.month')}>
            <h2>{t('attendance.month')}</h2>
            <p className="s14 dim">
              {t('attendance.sums', {
                present: mine.present,
                duties: mine.duties,
                late: mine.late,
                absent: mine.absent,
              })}
            </p>
            {mine.days.length === 0 && <p className="empty">{t('attendance.none')}</p>}
            <ul>
              {mine.days
                .filter(d => d.state !== 'ahead')
                .reverse()
                .map(d => (
                  <li key={`${d.day} ${d.from ?? d.in ?? ''}`} className="duty-line" data-testid="my-day">
                    <span>
                      <b>{dayText(d.day)}</b> {d.shift ?? t('attendance.extra')}
                      <span className="s14 dim block">
                        {at(d.in)}–{at(d.out)}
                      </span>
                    </span>
                    {said(d) && <span className={d.state === 'away' ? 's14' : 's14 warn'}>{said(d)}</span>}
                  </li>
                ))}
            </ul>
            {mine.struck.map(m => (
              <p key={m.id} className="s14 warn">
                {t('attendance.struck', {
                  by: m.struckBy ?? '',
                  time: exact(m.at),
                  what: t(`attendance.do.${m.kind}`),
                  why: m.struckWhy ?? '',
                })}
              </p>
            ))}
            {mine.asked.map(f => (
              <p key={f.at + f.kind} className="s14">
                {t('attendance.asked', { what: t(`attendance.do.${f.kind}`), time: exact(f.at) })}
              </p>
            ))}
          </section>
          <AskFix />
        </>
      )}
    </main>
  );
}
