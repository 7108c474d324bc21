// Which room is mine: bound at once where the archive agrees, else the front desk looks (ACC-09).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data } from '../kit/client.ts';
import { go } from '../kit/path.ts';
import { Field, Pick, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { Bar } from './parts.tsx';
import { useLeave } from './session.ts';
import { t } from './words/index.ts';

type Relation = 'owner' | 'family' | 'tenant';

function Invitations() {
  const client = useQueryClient();
  const send = useSend();
  const query = useQuery({
    queryKey: ['invitations'],
    queryFn: async () => (await data(api.GET('/resident/invitations'))).items,
  });
  const open = (query.data ?? []).filter(i => i.state === 'open');
  const accept = async (id: string) => {
    const made = await send.run(async once => {
      await api.POST('/resident/invitations/{id}/accept', { params: { path: { id }, header: once } });
      return true;
    });
    if (!made) return;
    void client.invalidateQueries({ queryKey: ['invitations'] });
    void client.invalidateQueries({ queryKey: ['homes'] });
  };
  if (open.length === 0) return null;
  return (
    <section className="sect stack">
      <h2>{t('claim.invited')}</h2>
      {open.map(i => (
        <button key={i.id} type="button" className="pbtn go" onClick={() => void accept(i.id)}>
          {t('claim.accept', { relation: t(`relation.${i.relation}`) })}
        </button>
      ))}
      <TroubleNote trouble={send.trouble} />
    </section>
  );
}

function Asked() {
  const query = useQuery({
    queryKey: ['claims'],
    queryFn: async () => (await data(api.GET('/resident/claims'))).items,
  });
  const open = (query.data ?? []).filter(c => c.state === 'open').length;
  if (open === 0) return null;
  return (
    <p className="sect" role="status">
      {t('claim.waiting', { n: open })}
    </p>
  );
}

export function ClaimPage({ first }: { first: boolean }) {
  const client = useQueryClient();
  const send = useSend();
  const leave = useLeave();
  const places = useQuery({
    queryKey: ['places'],
    queryFn: async () => (await data(api.GET('/resident/communities'))).items,
    staleTime: 600_000,
  });
  const [place, setPlace] = useState('');
  const [label, setLabel] = useState('');
  const [name, setName] = useState('');
  const [relation, setRelation] = useState<Relation>('owner');
  const community = place || places.data?.[0]?.id || '';
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!label.trim()) wrong.label = t('claim.label.missing');
    if (!name.trim()) wrong.name = t('claim.name.missing');
    if (!send.fix(wrong)) return;
    const made = await send.run(once =>
      data(
        api.POST('/resident/claims', {
          params: { header: once },
          body: { community, label: label.trim(), name: name.trim(), relation },
        }),
      ),
    );
    if (!made) return;
    for (const key of ['homes', 'claims']) void client.invalidateQueries({ queryKey: [key] });
    if (made.state === 'bound') go('/r', true);
    else setLabel('');
  };
  return (
    <main className="screen">
      <Bar title={t('claim.title')} back={first ? undefined : '/r/me'} />
      <Asked />
      <Invitations />
      <form className="sect stack" onSubmit={submit} noValidate>
        <p className="dim">{t('claim.note')}</p>
        <Field label={t('claim.community')}>
          {a => (
            <select {...a} className="in" value={community} onChange={e => setPlace(e.target.value)}>
              {(places.data ?? []).map(p => (
                <option key={p.id} value={p.id}>
                  {p.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('claim.label')} error={send.fields.label}>
          {a => (
            <input
              {...a}
              className="in"
              placeholder={t('claim.label.example')}
              value={label}
              onChange={e => setLabel(e.target.value)}
            />
          )}
        </Field>
        <Field label={t('claim.name')} error={send.fields.name}>
          {a => (
            <input
              {...a}
              className="in"
              autoComplete="name"
              value={name}
              onChange={e => setName(e.target.value)}
            />
          )}
        </Field>
        <Pick<Relation>
          legend={t('claim.relation')}
          value={relation}
          onChange={setRelation}
          options={(['owner', 'family', 'tenant'] as const).map(value => ({
            value,
            label: t(`relation.${value}`),
          }))}
        />
        <TroubleNote trouble={send.trouble} />
        <button type="submit" className="pbtn go" disabled={send.busy}>
          {t('claim.go')}
        </button>
        {first && (
          <button type="button" className="pbtn" onClick={() => void leave()}>
            {t('me.sign_out')}
          </button>
        )}
      </form>
    </main>
  );
}
