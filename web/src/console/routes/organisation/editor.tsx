// What a role allows, domain by domain; what would change is shown before it is saved.
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { currentLang } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Permission, Role } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

interface Values {
  zh: string;
  en: string;
  needsSecondFactor: boolean;
  permissions: string[];
}

function Group({
  items,
  values,
  locked,
  flip,
}: {
  items: Permission[];
  values: Values;
  locked: boolean;
  flip: (action: string) => void;
}) {
  const can = useCan();
  return (
    <fieldset className="part" disabled={locked}>
      <legend className="sub">{items[0]?.group}</legend>
      <div className="ticks">
        {items.map(p => (
          <label key={p.action} className="tick">
            <input
              type="checkbox"
              checked={values.permissions.includes(p.action)}
              // Nobody gives what they do not hold.
              disabled={!can(p.action)}
              onChange={() => flip(p.action)}
            />
            <span>
              {p.name} {p.sensitive && <span className="mark">{t('roles.sensitive')}</span>}{' '}
              {p.settings && <span className="tag">{t('roles.settings')}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** What saving would change, in words. */
function Diff({
  role,
  values,
  catalogue,
}: {
  role: Role | undefined;
  values: Values;
  catalogue: Permission[];
}) {
  const before = role?.permissions ?? [];
  const names = (actions: string[]) =>
    actions.map(a => catalogue.find(p => p.action === a)?.name ?? a).join(t('why.join'));
  const more = values.permissions.filter(a => !before.includes(a));
  const less = before.filter(a => !values.permissions.includes(a));
  if (more.length + less.length === 0) return null;
  return (
    <div className="ask calm" role="status">
      <p>
        <b>{t('roles.review')}</b> {role && t('roles.affects', { n: role.holders })}
      </p>
      {more.length > 0 && <p className="gained">{t('roles.will_gain', { list: names(more) })}</p>}
      {less.length > 0 && <p className="lost">{t('roles.will_lose', { list: names(less) })}</p>}
    </div>
  );
}

interface Props {
  role: Role | undefined; // undefined: a new one
  from: Role | undefined; // what a new one copies
  catalogue: Permission[];
  onOpen: (id: string | undefined) => void;
}

function useEditor({ role, onOpen }: Props) {
  const client = useQueryClient();
  const send = useSend();
  const save = async (values: Values) => {
    const wrong: Record<string, string> = {};
    for (const name of ['zh', 'en'] as const) if (!values[name].trim()) wrong[name] = t('form.missing');
    if (!send.fix(wrong)) return;
    const made = await send.run(once =>
      role
        ? data(
            api.PUT('/roles/{id}', {
              params: { path: { id: role.id }, header: match(role.version) },
              body: values,
            }),
          )
        : data(api.POST('/roles', { params: { header: once }, body: values })),
    );
    if (!made) return;
    toast(t('roles.saved', { name: made.name }));
    await client.invalidateQueries({ queryKey: ['roles'] });
    await client.invalidateQueries({ queryKey: ['session'] });
    onOpen(made.id);
    return true;
  };
  const remove = async () => {
    if (!role) return;
    const ok = await send.run(async () => {
      await api.DELETE('/roles/{id}', { params: { path: { id: role.id }, header: match(role.version) } });
      return true;
    });
    if (!ok) return;
    toast(t('roles.removed'));
    onOpen(undefined);
    await client.invalidateQueries({ queryKey: ['roles'] });
  };
  return { send, save, remove };
}

export function RoleEditor(props: Props) {
  const { role, from, catalogue, onOpen } = props;
  const can = useCan();
  const locked = !can('auth.roles_edit');
  const copied = (name: string) => (from && !role ? t('roles.copy_of', { name }) : name);
  const [values, set, edit] = useEdit<Values>({
    zh: from ? copied(from.zh) : '',
    en: from ? copied(from.en) : '',
    needsSecondFactor: from?.needsSecondFactor ?? false,
    permissions: from?.permissions ?? [],
  });
  const [q, setQ] = useState('');
  const { send, save, remove } = useEditor(props);
  const flip = (action: string) =>
    set(old => ({
      ...old,
      permissions: old.permissions.includes(action)
        ? old.permissions.filter(a => a !== action)
        : [...old.permissions, action],
    }));
  const found = catalogue.filter(p =>
    `${p.group} ${p.name} ${p.action}`.toLowerCase().includes(q.trim().toLowerCase()),
  );
  const groups = [...new Set(found.map(p => p.domain))].map(d => found.filter(p => p.domain === d));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save(values).then(ok => ok && edit.saved());
  };
  return (
    <aside className="pane" aria-label={t('roles.detail')}>
      <div className="ph">
        <span className="dim3">{role ? t('roles.affects', { n: role.holders }) : t('roles.new')}</span>
        <span className="grow" />
        {role && !locked && (
          <button type="button" className="btn quiet" onClick={() => onOpen(`copy-${role.id}`)}>
            {t('roles.copy')}
          </button>
        )}
        {role && !locked && role.holders === 0 && (
          <button type="button" className="btn quiet" disabled={send.busy} onClick={() => void remove()}>
            {t('roles.remove')}
          </button>
        )}
        <button type="button" className="btn quiet" onClick={() => onOpen(undefined)}>
          {t('do.close')}
        </button>
      </div>
      <form className="pane" onSubmit={submit} noValidate>
        <div className="body stack">
          <h2>{(currentLang() === 'en' ? values.en : values.zh) || t('roles.new')}</h2>
          <div className="pair">
            {(['zh', 'en'] as const).map(name => (
              <Field
                key={name}
                label={t(`roles.${name}`)}
                error={send.fields[name]}
                newer={edit.newer[name]}
                required
              >
                {a => (
                  <Input
                    {...a}
                    disabled={locked}
                    value={values[name]}
                    onChange={e => set({ [name]: e.target.value })}
                  />
                )}
              </Field>
            ))}
          </div>
          <label className="tick">
            <input
              type="checkbox"
              disabled={locked}
              checked={values.needsSecondFactor}
              onChange={e => set({ needsSecondFactor: e.target.checked })}
            />
            <span>{t('roles.second')}</span>
          </label>
          <NewerNote of={edit.newer.needsSecondFactor} />
          <NewerNote of={edit.newer.permissions} />
          <label className="find">
            <Icon name="search" />
            <input
              type="search"
              aria-label={t('roles.find')}
              placeholder={t('roles.find')}
              value={q}
              onChange={e => setQ(e.target.value)}
            />
          </label>
          {groups.length === 0 && <p className="dim">{t('roles.none_found')}</p>}
          {groups.map(items => (
            <Group key={items[0]?.domain} items={items} values={values} locked={locked} flip={flip} />
          ))}
        </div>
        {!locked && (
          <div className="act">
            <Diff role={role} values={values} catalogue={catalogue} />
            {send.fields.permissions && <p className="field-error">{send.fields.permissions}</p>}
            <TroubleNote trouble={send.trouble} />
            <p className="row">
              <button type="submit" className="btn go" disabled={send.busy}>
                {t(send.busy ? 'form.saving' : 'form.save')}
              </button>
            </p>
          </div>
        )}
      </form>
    </aside>
  );
}
