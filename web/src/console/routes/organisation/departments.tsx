// The departments of one community, or of the company.
import { useQuery } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import type { Department, Tree } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useChanged } from './node.tsx';

export const kinds = [
  'customer_service',
  'engineering',
  'security',
  'cleaning',
  'finance',
  'quality',
  'technical',
  'store',
  'marketing',
  'other',
] as const;
type Kind = (typeof kinds)[number];

function Line({ item, send }: { item: Department; send: ReturnType<typeof useSend> }) {
  const changed = useChanged();
  const [name, setName] = useState<string>();
  const params = { path: { id: item.id }, header: match(item.version) };
  const rename = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(() =>
      data(api.PUT('/departments/{id}', { params, body: { name: (name ?? '').trim() } })),
    );
    if (!made) return;
    setName(undefined);
    await changed(t('organisation.department.renamed'));
  };
  const remove = async () => {
    const ok = await send.run(async () => {
      await api.DELETE('/departments/{id}', { params });
      return true;
    });
    if (ok) await changed(t('organisation.department.removed'));
  };
  if (name !== undefined) {
    return (
      <li>
        <form className="row grow" onSubmit={rename} noValidate>
          <Input
            autoFocus
            aria-label={t('organisation.department.name')}
            value={name}
            onChange={e => setName(e.target.value)}
          />
          <button type="submit" className="btn" disabled={send.busy}>
            {t('form.save')}
          </button>
          <button type="button" className="btn quiet" onClick={() => setName(undefined)}>
            {t('form.back')}
          </button>
        </form>
      </li>
    );
  }
  return (
    <li>
      <span className="grow cut">{item.name}</span>
      <span className="dim3">{t('organisation.department.people', { n: item.staff })}</span>
      <button
        type="button"
        className="link"
        aria-label={t('organisation.department.rename', { name: item.name })}
        onClick={() => setName(item.name)}
      >
        {t('do.rename')}
      </button>
      {item.staff === 0 && (
        <button
          type="button"
          className="link"
          aria-label={t('organisation.department.remove', { name: item.name })}
          disabled={send.busy}
          onClick={() => void remove()}
        >
          {t('do.remove')}
        </button>
      )}
    </li>
  );
}

function Add({ community }: { community: string }) {
  const send = useSend();
  const changed = useChanged();
  const [kind, setKind] = useState<Kind>('other');
  const [name, setName] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(name.trim() ? {} : { name: t('form.missing') })) return;
    const body = { kind, name: name.trim(), ...(community ? { community } : {}) };
    const made = await send.run(once => data(api.POST('/departments', { params: { header: once }, body })));
    if (!made) return;
    setName('');
    await changed(t('organisation.department.added', { name: made.name }));
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <h3>{t('organisation.department.add')}</h3>
      <div className="pair">
        <Field label={t('organisation.department.kind')} error={send.fields.kind}>
          {a => (
            <Select
              {...a}
              value={kind}
              onChange={setKind}
              options={kinds.map(value => ({ value, label: t(`kind.${value}`) }))}
            />
          )}
        </Field>
        <Field label={t('organisation.department.name')} error={send.fields.name} required>
          {a => <Input {...a} value={name} onChange={e => setName(e.target.value)} />}
        </Field>
      </div>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn" disabled={send.busy}>
          {t('organisation.department.add')}
        </button>
      </p>
    </form>
  );
}

export function Departments({ community, tree }: { community: string; tree: Tree }) {
  const send = useSend();
  const query = useQuery({
    queryKey: ['departments', community, 'edit'],
    queryFn: async () =>
      (await data(api.GET('/departments', { params: { query: { community } } }))).items.filter(
        d => (d.community ?? '') === community,
      ),
    enabled: community !== '',
  });
  const items = community ? query.data : tree.departments;
  return (
    <>
      <section className="part" aria-label={t('organisation.departments')}>
        <h3>{t('organisation.departments')}</h3>
        <TroubleNote trouble={send.trouble} />
        {items?.length === 0 && <p className="dim">{t('organisation.departments.none')}</p>}
        <ul className="lines">
          {(items ?? []).map(d => (
            <Line key={d.id} item={d} send={send} />
          ))}
        </ul>
      </section>
      <Add community={community} />
    </>
  );
}
