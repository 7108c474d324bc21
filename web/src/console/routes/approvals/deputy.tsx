import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

function Appoint() {
  const client = useQueryClient();
  const send = useSend();
  const [values, setValues] = useState({ deputyId: '', from: '', to: '' });
  const set = (part: Partial<typeof values>) => setValues(old => ({ ...old, ...part }));
  const who = useQuery({
    queryKey: ['deputies', 'candidates'],
    queryFn: async () => (await data(api.GET('/deputies/candidates'))).items,
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!values.deputyId) wrong.deputyId = t('deputy.who.missing');
    for (const name of ['from', 'to'] as const) if (!values[name]) wrong[name] = t('form.missing');
    if (!send.fix(wrong)) return;
    const made = await send.run(once =>
      data(api.POST('/deputies', { params: { header: once }, body: values })),
    );
    if (!made) return;
    setValues({ deputyId: '', from: '', to: '' });
    toast(t('deputy.added', { name: made.name }));
    await client.invalidateQueries({ queryKey: ['deputies'] });
  };
  return (
    <form onSubmit={submit} noValidate className="narrow">
      <Field label={t('deputy.who')} error={send.fields.deputyId} required>
        {a => (
          <Select
            {...a}
            value={values.deputyId || undefined}
            onChange={deputyId => set({ deputyId })}
            showSearch={{ optionFilterProp: 'label' }}
            options={(who.data ?? []).map(c => ({ value: c.id, label: `${c.name} ${c.agentNo}` }))}
          />
        )}
      </Field>
      <div className="pair">
        {(['from', 'to'] as const).map(name => (
          <Field key={name} label={t(`deputy.${name}`)} error={send.fields[name]} required>
            {a => (
              <input
                {...a}
                type="date"
                className="text"
                value={values[name]}
                onChange={e => set({ [name]: e.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'deputy.add')}
        </button>
      </p>
    </form>
  );
}

export function DeputyPage() {
  const client = useQueryClient();
  const send = useSend();
  const query = useQuery({
    queryKey: ['deputies'],
    queryFn: async () => (await data(api.GET('/deputies'))).items,
  });
  const end = async (id: string) => {
    const ok = await send.run(async () => {
      await api.DELETE('/deputies/{id}', { params: { path: { id } } });
      return true;
    });
    if (!ok) return;
    toast(t('deputy.ended'));
    await client.invalidateQueries({ queryKey: ['deputies'] });
  };
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('deputy.title')}</H1>
      </header>
      <div className="page-body stack start">
        <p className="dim">{t('deputy.note')}</p>
        <ErrorNote query={query} />
        <TroubleNote trouble={send.trouble} />
        {query.isPending && <Skeleton rows={3} />}
        {query.data?.length === 0 && <p>{t('deputy.none')}</p>}
        {query.data && query.data.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('deputy.who')}</th>
                <th>{t('deputy.from')}</th>
                <th>{t('deputy.to')}</th>
                <th aria-label={t('deputy.end')} />
              </tr>
            </thead>
            <tbody>
              {query.data.map(d => (
                <tr key={d.id}>
                  <td>
                    {d.name} <span className="dim3">{d.agentNo}</span>
                  </td>
                  <td>{d.from}</td>
                  <td>{d.to}</td>
                  <td>
                    <button
                      type="button"
                      className="link"
                      disabled={send.busy}
                      onClick={() => void end(d.id)}
                    >
                      {t('deputy.end')}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <Appoint />
      </div>
    </main>
  );
}
