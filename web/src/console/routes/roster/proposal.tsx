// What a pattern, last week, or the expected load would put into this week: seen, thinned out, then saved.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { dayText, problemText, weekdayText } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import type { RosterByLoad, RosterLine, RosterWeek } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import type { Edit } from './data.ts';

const key = (l: RosterLine) => `${l.staffId} ${l.shiftId} ${l.day}`;
const bars = (l: RosterLine) => l.problems.some(p => p.kind === 'overlap' || p.kind === 'leave');

type How = Extract<Edit, { kind: 'proposal' }>;
type Need = RosterByLoad['needs'][number];

const propose = async (
  community: string,
  day: string,
  how: How,
): Promise<{ items: RosterLine[]; needs?: Need[] }> =>
  how.by === 'load'
    ? await data(api.GET('/roster-proposal-by-load', { params: { query: { community, day } } }))
    : await data(
        api.GET('/roster-proposal', {
          params: { query: { community, day, ...(how.pattern ? { pattern: how.pattern } : {}) } },
        }),
      );

// How much work is expected and whether there are people for it, shift by shift.
function Needs({ week, needs }: { week: RosterWeek; needs: Need[] }) {
  const hours = (n: Need) => (n.minutes / 60).toFixed(1);
  return (
    <>
      <p className="dim">{t('roster.byLoad.note', { n: Math.max(0, ...needs.map(n => n.like)) })}</p>
      <table className="roster-needs">
        <thead>
          <tr>
            <th scope="col">{t('roster.shift.form')}</th>
            {week.days.map(d => (
              <th key={d} scope="col" title={dayText(d)}>
                {weekdayText(d)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {week.shifts
            .filter(s => needs.some(n => n.shiftId === s.id))
            .map(s => (
              <tr key={s.id}>
                <th scope="row">{s.name}</th>
                {week.days.map(d => {
                  const n = needs.find(x => x.shiftId === s.id && x.day === d);
                  const short = n !== undefined && n.have < n.need;
                  return (
                    <td key={d} className={short ? 'warn' : ''}>
                      {n && (
                        <span
                          title={t('roster.byLoad.why', { hours: hours(n), least: n.least, like: n.like })}
                        >
                          <span aria-hidden="true">
                            {n.have}/{n.need}
                          </span>
                          <span className="quiet-reading">
                            {t(short ? 'roster.byLoad.short' : 'roster.byLoad.enough', {
                              have: n.have,
                              need: n.need,
                            })}
                          </span>
                          {n.minutes > 0 && (
                            <small className="dim">{t('roster.byLoad.hours', { hours: hours(n) })}</small>
                          )}
                        </span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
        </tbody>
      </table>
    </>
  );
}

export function Proposal({ week, edit, close }: { week: RosterWeek; edit: How; close: () => void }) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const [out, setOut] = useState<Record<string, boolean>>({});
  const [reason, setReason] = useState('');
  const query = useQuery({
    queryKey: ['roster', 'proposal', community, week.from, edit.by, edit.pattern],
    queryFn: () => propose(community, week.from, edit),
  });
  const lines = query.data?.items ?? [];
  // What has a warning is left out until somebody takes it in, and says why.
  const taken = lines.filter(l => !bars(l) && !(out[key(l)] ?? l.problems.length > 0));
  const warned = taken.some(l => l.problems.length > 0);
  const save = async () => {
    if (!send.fix(warned && !reason.trim() ? { reason: t('form.missing') } : {})) return;
    const made = await send.run(once =>
      data(
        api.POST('/roster-fill', {
          params: { header: once },
          body: {
            community,
            slots: taken.map(({ staffId, shiftId, day }) => ({ staffId, shiftId, day })),
            ...(warned ? { reason: reason.trim() } : {}),
          },
        }),
      ),
    );
    if (!made) return;
    toast(
      t(made.left.length > 0 ? 'roster.filled.left' : 'roster.filled', {
        n: made.saved,
        left: made.left.length,
      }),
    );
    await client.invalidateQueries({ queryKey: ['roster'] });
    if (made.left.length === 0) close();
  };
  return (
    <section className="stack" aria-label={t('roster.proposal')}>
      <h2 className="sub">{t('roster.proposal')}</h2>
      <p className="dim">{t('roster.proposal.note')}</p>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={8} />}
      {query.data?.needs && <Needs week={week} needs={query.data.needs} />}
      {query.data && lines.length === 0 && (
        <Empty>{t(edit.by === 'load' ? 'roster.byLoad.none' : 'roster.proposal.none')}</Empty>
      )}
      <ul className="roster-proposal">
        {lines.map(l => (
          <li key={key(l)}>
            <label className="row">
              <input
                type="checkbox"
                disabled={bars(l)}
                checked={taken.includes(l)}
                onChange={e => setOut({ ...out, [key(l)]: !e.target.checked })}
              />
              <span className="grow">
                {dayText(l.day)} {l.staffName} {l.shift}
                {l.problems.map(p => (
                  <span key={problemText(p)} className="warn roster-note">
                    {problemText(p)}
                  </span>
                ))}
              </span>
            </label>
          </li>
        ))}
      </ul>
      {warned && (
        <Field label={t('roster.reason')} error={send.fields.reason} hint={t('roster.reason.hint')}>
          {a => <Input {...a} value={reason} maxLength={200} onChange={e => setReason(e.target.value)} />}
        </Field>
      )}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button
          type="button"
          className="btn go"
          disabled={send.busy || taken.length === 0}
          onClick={() => void save()}
        >
          {send.busy ? t('form.saving') : t('roster.proposal.save', { n: taken.length })}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </section>
  );
}
