// Somebody's marks of a month: how each is known, and who struck out what is not true (STA-01b).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { dayText } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import { useSession } from '../../../kit/session.ts';
import { dayOf, hourMinute } from '../../../kit/time.ts';
import type { AttendanceMark } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

/** 11月27日周五 23:53, by the clock of the community. */
const moment = (iso: string): string => {
  const at = new Date(iso);
  return `${dayText(dayOf(at))} ${hourMinute(at)}`;
};

function Strike({ mark, close }: { mark: AttendanceMark; close: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/attendance-marks/{id}/strike', {
          params: { path: { id: mark.id }, header: { ...match(mark.version), ...once } },
          body: { reason: reason.trim() },
        }),
      ),
    );
    if (!made) return;
    toast(t('attendance.strike.done'));
    close();
    await client.invalidateQueries({ queryKey: ['attendance'] });
  };
  return (
    <form className="act-form" noValidate onSubmit={e => void submit(e)}>
      <Field
        label={t('attendance.strike.why')}
        hint={t('attendance.strike.hint')}
        error={send.fields.reason}
        required
      >
        {a => (
          <Input {...a} autoFocus maxLength={200} value={reason} onChange={e => setReason(e.target.value)} />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <div className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('attendance.strike')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </div>
    </form>
  );
}

export function Marks({ staff, period }: { staff: string; period: string }) {
  const community = useCommunity();
  const can = useCan();
  const me = useSession().account.id;
  const [striking, setStriking] = useState('');
  const query = useQuery({
    queryKey: ['attendance', 'marks', community, period, staff],
    queryFn: async () =>
      (await data(api.GET('/attendance-marks', { params: { query: { community, period, staff } } }))).items,
  });
  const marks = query.data ?? [];
  return (
    <section className="stack" aria-label={t('attendance.marks')}>
      <h3 className="sub">{t('attendance.marks')}</h3>
      <ErrorNote query={query} />
      {query.data && marks.length === 0 && <p className="dim">{t('attendance.marks.none')}</p>}
      <ul className="lines">
        {marks.map(m => (
          <li key={m.id} data-testid="mark">
            <span className={m.struckAt ? 'struck' : ''}>
              {moment(m.at)} <b>{t(`attendance.${m.kind}`)}</b>{' '}
              <span className="dim">
                {t(`attendance.source.${m.source}`)}
                {m.meters !== undefined && ` ${t('attendance.meters', { n: m.meters })}`}
                {m.reason && ` ${m.reason}`} {m.by}
              </span>
            </span>{' '}
            {m.struckAt && (
              <span>
                <span className="tag amber">{t('attendance.struck')}</span>{' '}
                <span className="dim">
                  {m.struckWhy} · {m.struckBy} {moment(m.struckAt)}
                </span>
              </span>
            )}
            {!m.struckAt && can('attendance.decide') && staff !== me && striking !== m.id && (
              <button type="button" className="link" onClick={() => setStriking(m.id)}>
                {t('attendance.strike')}
                <span className="quiet-reading">{moment(m.at)}</span>
              </button>
            )}
            {striking === m.id && <Strike mark={m} close={() => setStriking('')} />}
          </li>
        ))}
      </ul>
    </section>
  );
}
