// One round: every door in walking order, what happened there and when, with its pictures.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { api, base, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { BillRoundFull } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useColleagues } from './batch.tsx';

const route = getRouteApi('/console/bill-rounds/$id');

function GiveOn({ round }: { round: BillRoundFull }) {
  const client = useQueryClient();
  const people = useColleagues();
  const send = useSend();
  const [{ staffId, on }, set, edit] = useEdit({ staffId: round.staffId, on: round.on });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(once =>
      data(
        api.PUT('/bill-rounds/{id}', {
          params: { path: { id: round.id }, header: { ...once, ...match(round.version) } },
          body: { staffId, on },
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    toast(t('form.saved'));
    for (const key of ['round', 'rounds']) void client.invalidateQueries({ queryKey: [key] });
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('round.give')}>
      <Field label={t('round.who')} error={send.fields.staffId} newer={edit.newer.staffId}>
        {a => (
          <Select<string>
            {...a}
            showSearch
            optionFilterProp="label"
            value={staffId}
            onChange={value => set({ staffId: value })}
            options={(people.data?.items ?? []).map(s => ({ value: s.id, label: s.name }))}
          />
        )}
      </Field>
      <Field label={t('round.on')} error={send.fields.on} newer={edit.newer.on}>
        {a => (
          <input {...a} type="date" className="text" value={on} onChange={e => set({ on: e.target.value })} />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('round.give')}
        </button>
      </p>
    </form>
  );
}

function Doors({ round }: { round: BillRoundFull }) {
  return (
    <table className="grid" aria-label={t('round.doors')}>
      <thead>
        <tr>
          <th>{t('bill.room')}</th>
          <th>{t('bill.debtor')}</th>
          <th>{t('notice.state')}</th>
          <th>{t('round.visits')}</th>
        </tr>
      </thead>
      <tbody>
        {round.doors.map(d => (
          <tr key={d.id}>
            <td>{d.label}</td>
            <td>{d.payer || t('bill.developer')}</td>
            <td>
              <span className={d.state === 'refused' ? 'tag amber' : 'tag'}>
                {t(d.state === 'printed' ? 'round.open' : `notice.state.${d.state}`)}
              </span>
              {d.state === 'printed' && d.next && (
                <span className="dim"> {t('notice.missed', { n: d.tries, day: d.next })}</span>
              )}
            </td>
            <td>
              {d.visits.length === 0 && '–'}
              {d.visits.map(v => (
                <div key={v.id} className="row wrap">
                  <span>
                    {t(`round.result.${v.result}`)} · <When at={v.at} /> · {v.by}
                    {v.words && ` · ${v.words}`}
                  </span>
                  {v.photos.map(p => (
                    <a key={p} href={`${base}/bill-photos/${p}`} target="_blank" rel="noreferrer">
                      <img
                        src={`${base}/bill-photos/${p}`}
                        alt={t('round.photo', { room: d.label })}
                        width={48}
                        height={36}
                        style={{ objectFit: 'cover' }}
                      />
                    </a>
                  ))}
                </div>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function RoundPage() {
  const { id } = route.useParams();
  const can = useCan();
  const query = useQuery({
    queryKey: ['round', id],
    queryFn: () => data(api.GET('/bill-rounds/{id}', { params: { path: { id } } })),
  });
  const round = query.data;
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{round ? t('round.of', { building: round.building, name: round.staffName }) : t('round.one')}</H1>
        {round && (
          <span className={round.state === 'open' ? 'tag amber' : 'tag'}>
            {t('round.progress', { done: round.notices - round.left, all: round.notices })}
          </span>
        )}
        <span className="grow" />
        <Link className="btn" to="/console/bill-rounds">
          {t('fees.rounds')}
        </Link>
      </header>
      <div className="page-body two-cols">
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={8} />}
          {round && <Doors round={round} />}
        </div>
        {round && round.state === 'open' && can('bill.notice') && (
          <aside className="state-side" aria-label={t('round.give')}>
            <h2 className="sub">{t('round.give')}</h2>
            <GiveOn round={round} />
          </aside>
        )}
      </div>
    </main>
  );
}
