// One node of the tree: its name, where it lies, what can be added below it, and its departments.
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, type ReactNode, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { Region, Tree } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { Departments } from './departments.tsx';
import type { Node } from './tree.tsx';

export function useChanged() {
  const client = useQueryClient();
  return async (done: string) => {
    toast(done);
    for (const key of ['organisation', 'departments', 'session', 'community'])
      await client.invalidateQueries({ queryKey: [key] });
  };
}

/** Regions as choices, deeper ones indented; what lies in `not` is left out. */
function choices(tree: Tree, not?: string): { value: string; label: string }[] {
  const below = (parent: string, deep: number): { value: string; label: string }[] =>
    tree.regions
      .filter(r => (r.parentId ?? '') === parent && r.id !== not)
      .flatMap(r => [{ value: r.id, label: `${'　'.repeat(deep)}${r.name}` }, ...below(r.id, deep + 1)]);
  return [{ value: '', label: t('organisation.none') }, ...below('', 0)];
}

function Form({
  title,
  submit,
  send,
  go,
  children,
}: {
  title: string;
  submit: () => Promise<void>;
  send: ReturnType<typeof useSend>;
  go: string;
  children: ReactNode;
}) {
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h3>{title}</h3>
      {children}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn" disabled={send.busy}>
          {send.busy ? t('form.saving') : go}
        </button>
      </p>
    </form>
  );
}

function AddNamed({ what, parent }: { what: 'region' | 'community'; parent: string }) {
  const send = useSend();
  const changed = useChanged();
  const [name, setName] = useState('');
  const submit = async () => {
    if (!send.fix(name.trim() ? {} : { name: t('form.missing') })) return;
    const body = { name: name.trim() };
    const made = await send.run<{ name: string }>(once => {
      const params = { header: once };
      return what === 'region'
        ? data(api.POST('/regions', { params, body: { ...body, ...(parent ? { parentId: parent } : {}) } }))
        : data(
            api.POST('/communities', { params, body: { ...body, ...(parent ? { regionId: parent } : {}) } }),
          );
    });
    if (!made) return;
    setName('');
    await changed(t(`organisation.${what}.added`, { name: made.name }));
  };
  return (
    <Form
      title={t(`organisation.${what}.add`)}
      submit={submit}
      send={send}
      go={t(`organisation.${what}.add`)}
    >
      <Field label={t(`organisation.${what}.add.name`)} error={send.fields.name} required>
        {a => <Input {...a} value={name} onChange={e => setName(e.target.value)} />}
      </Field>
    </Form>
  );
}

function EditRegion({ region, tree, onGone }: { region: Region; tree: Tree; onGone: () => void }) {
  const send = useSend();
  const changed = useChanged();
  const [{ name, parent }, set, edit] = useEdit({ name: region.name, parent: region.parentId ?? '' });
  const params = { path: { id: region.id }, header: match(region.version) };
  const save = async () => {
    if (!send.fix(name.trim() ? {} : { name: t('form.missing') })) return;
    const made = await send.run(() =>
      data(
        api.PUT('/regions/{id}', {
          params,
          body: { name: name.trim(), ...(parent ? { parentId: parent } : {}) },
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    await changed(t('organisation.region.saved'));
  };
  const remove = async () => {
    const ok = await send.run(async () => {
      await api.DELETE('/regions/{id}', { params });
      return true;
    });
    if (!ok) return;
    onGone();
    await changed(t('organisation.region.removed'));
  };
  return (
    <>
      <Form title={t('organisation.region')} submit={save} send={send} go={t('form.save')}>
        <Field
          label={t('organisation.region.name')}
          error={send.fields.name}
          newer={edit.newer.name}
          required
        >
          {a => <Input {...a} value={name} onChange={e => set({ name: e.target.value })} />}
        </Field>
        <Field label={t('organisation.region.parent')} error={send.fields.parentId} newer={edit.newer.parent}>
          {a => (
            <Select
              {...a}
              value={parent}
              onChange={value => set({ parent: value })}
              options={choices(tree, region.id)}
            />
          )}
        </Field>
      </Form>
      <div className="part">
        <p className="row">
          <button type="button" className="btn" disabled={send.busy} onClick={() => void remove()}>
            {t('organisation.region.remove')}
          </button>
          <span className="dim3">{t('organisation.region.remove.note')}</span>
        </p>
      </div>
    </>
  );
}

function PlaceCommunity({ id, tree }: { id: string; tree: Tree }) {
  const send = useSend();
  const changed = useChanged();
  const leaf = tree.communities.find(c => c.id === id);
  const [{ region }, set, edit] = useEdit({ region: leaf?.regionId ?? '' });
  if (!leaf) return null;
  const save = async () => {
    const params = { path: { id }, header: match(leaf.version) };
    const made = await send.run(() =>
      data(api.PUT('/communities/{id}/region', { params, body: { regionId: region } })),
    );
    if (!made) return;
    edit.saved();
    await changed(t('organisation.placed', { name: leaf.name }));
  };
  return (
    <Form title={t('organisation.community')} submit={save} send={send} go={t('organisation.place.save')}>
      <Field label={t('organisation.place')} error={send.fields.regionId} newer={edit.newer.region}>
        {a => (
          <Select {...a} value={region} onChange={value => set({ region: value })} options={choices(tree)} />
        )}
      </Field>
    </Form>
  );
}

export function NodePane({ node, tree, onGone }: { node: Node; tree: Tree; onGone: () => void }) {
  const region = node.kind === 'region' ? tree.regions.find(r => r.id === node.id) : undefined;
  return (
    <aside className="pane" aria-label={t('organisation.detail')}>
      <div className="ph">
        <span className="dim3">{t(`organisation.${node.kind}`)}</span>
      </div>
      <div className="body">
        <h2>{node.name}</h2>
        {tree.editable ? (
          <>
            {region && <EditRegion key={region.id} region={region} tree={tree} onGone={onGone} />}
            {node.kind === 'community' && <PlaceCommunity key={node.id} id={node.id} tree={tree} />}
            {node.kind !== 'community' && (
              <>
                <AddNamed what="region" parent={node.id} />
                <AddNamed what="community" parent={node.id} />
              </>
            )}
          </>
        ) : (
          <p className="dim">{t('organisation.only_company')}</p>
        )}
        {node.kind !== 'region' && (node.kind === 'community' || tree.editable) && (
          <Departments community={node.kind === 'community' ? node.id : ''} tree={tree} />
        )}
      </div>
    </aside>
  );
}
