// Candidates for a plan with their interview sheets against the competency profile (APP-08a).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { currentLang } from '../../../kit/i18n.ts';
import { useSend } from '../../../kit/send.ts';
import type { StaffingCandidate, StaffingGroup, StaffingPlan } from '../../../kit/types.ts';
import { Choice, Field, NewerNote } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const said = (x: { zh: string; en: string }) => (currentLang() === 'en' ? x.en : x.zh);
const mean = (tenths: number) => (tenths === 0 ? '—' : `${Math.floor(tenths / 10)}.${tenths % 10}`);

function Sheet(props: {
  plan: StaffingPlan;
  profile: StaffingGroup[];
  old: StaffingCandidate | undefined;
  close: () => void;
}) {
  const { plan, profile, old, close } = props;
  const client = useQueryClient();
  const send = useSend();
  const [v, setV, edit] = useEdit(
    {
      line: String(old?.line ?? 0),
      name: old?.name ?? '',
      ratings: (old?.ratings ?? {}) as Record<string, number>,
      words: old?.words ?? '',
      state: old?.state ?? 'open',
    },
    `candidate:${old?.id ?? plan.id}`,
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(v.name.trim() ? {} : { name: t('form.missing') })) return;
    const body = {
      line: Number(v.line),
      name: v.name,
      ratings: v.ratings,
      words: v.words,
      state: v.state,
    };
    const made = await send.run(once =>
      old
        ? data(
            api.PUT('/staffing-candidates/{id}', {
              params: { path: { id: old.id }, header: { ...match(old.version), ...once } },
              body,
            }),
          )
        : data(
            api.POST('/staffing-plans/{id}/candidates', {
              params: { path: { id: plan.id }, header: once },
              body,
            }),
          ),
    );
    if (!made) return;
    edit.saved();
    toast(t('staffing.sheet.saved'));
    await client.invalidateQueries({ queryKey: ['staffing'] });
    close();
  };
  return (
    <form className="panel stack" onSubmit={submit} noValidate aria-label={t('staffing.sheet')}>
      <div className="grid-2">
        <Field label={t('staffing.candidate')} error={send.fields.name} newer={edit.newer.name}>
          {a => (
            <input
              {...a}
              className="text"
              maxLength={50}
              value={v.name}
              onChange={e => setV({ name: e.target.value })}
            />
          )}
        </Field>
        <Field label={t('staffing.position')} error={send.fields.line} newer={edit.newer.line}>
          {a => (
            <select {...a} className="pick" value={v.line} onChange={e => setV({ line: e.target.value })}>
              {plan.lines.map((l, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line is named by its place
                <option key={i} value={i}>
                  {l.position}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <NewerNote of={edit.newer.ratings} />
      {send.fields.ratings && <p className="field-error">{send.fields.ratings}</p>}
      {profile.map(g => (
        <fieldset key={g.id} className="stack">
          <legend>{said(g)}</legend>
          <div className="grid-2">
            {g.items.map(i => (
              <Choice
                key={i.id}
                legend={said(i)}
                name={i.id}
                value={v.ratings[i.id] ? String(v.ratings[i.id]) : undefined}
                options={['1', '2', '3', '4', '5'].map(value => ({ value, label: value }))}
                onChange={mark => setV({ ratings: { ...v.ratings, [i.id]: Number(mark) } })}
              />
            ))}
          </div>
        </fieldset>
      ))}
      <Field label={t('staffing.words')} error={send.fields.words} newer={edit.newer.words}>
        {a => (
          <textarea
            {...a}
            className="text"
            rows={3}
            maxLength={1000}
            value={v.words}
            onChange={e => setV({ words: e.target.value })}
          />
        )}
      </Field>
      <Choice
        legend={t('staffing.result')}
        name="state"
        value={v.state}
        options={(['open', 'chosen', 'declined'] as const).map(value => ({
          value,
          label: t(`staffing.candidate.${value}`),
        }))}
        onChange={state => setV({ state })}
        newer={edit.newer.state}
      />
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'staffing.sheet.save')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

export function Candidates({ plan, profile }: { plan: StaffingPlan; profile: StaffingGroup[] }) {
  const [open, setOpen] = useState<string>();
  const query = useQuery({
    queryKey: ['staffing', 'plan', plan.id],
    queryFn: () => data(api.GET('/staffing-plans/{id}', { params: { path: { id: plan.id } } })),
  });
  const rows = query.data?.candidates ?? [];
  return (
    <section className="stack" aria-label={t('staffing.candidates')}>
      <h2>{t('staffing.candidates')}</h2>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={3} />}
      {query.data && rows.length === 0 && <p className="dim">{t('staffing.no_candidates')}</p>}
      {rows.length > 0 && (
        <table className="grid">
          <thead>
            <tr>
              <th>{t('staffing.candidate')}</th>
              <th>{t('staffing.position')}</th>
              {profile.map(g => (
                <th key={g.id} className="num">
                  {said(g)}
                </th>
              ))}
              <th>{t('staffing.result')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(c => (
              <tr key={c.id} data-testid="candidate">
                <td>
                  <button type="button" className="link" onClick={() => setOpen(c.id)}>
                    {c.name}
                  </button>
                </td>
                <td>{plan.lines[c.line]?.position}</td>
                {c.groups.map(g => (
                  <td key={g.group} className="num">
                    {mean(g.tenths)}
                    {g.rated > 0 && g.rated < g.of && (
                      <span className="dim">
                        {' '}
                        {g.rated}/{g.of}
                      </span>
                    )}
                  </td>
                ))}
                <td>
                  <span className={c.state === 'chosen' ? 'tag green' : 'tag'}>
                    {t(`staffing.candidate.${c.state}`)}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {open ? (
        <Sheet
          key={open}
          plan={plan}
          profile={profile}
          old={rows.find(c => c.id === open)}
          close={() => setOpen(undefined)}
        />
      ) : (
        <p>
          <button type="button" className="btn" onClick={() => setOpen('new')}>
            {t('staffing.interview')}
          </button>
        </p>
      )}
    </section>
  );
}
