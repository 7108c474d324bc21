// Which roles a position proposes when somebody changes to it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Position } from '../../../kit/types.ts';
import { NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useRoles } from '../staff/data.ts';
import { kinds } from './departments.tsx';

interface Row extends Position {
  key: number;
}

// Lines that are drawn from the list have their place for a key.
let nextKey = 1000;
const row = (p: Position, key = nextKey++): Row => ({ ...p, key });

function Line({ item, set, drop }: { item: Row; set: (part: Partial<Position>) => void; drop: () => void }) {
  const roles = useRoles().data ?? [];
  return (
    <tr>
      <td>
        <Input
          aria-label={t('staff.position')}
          value={item.name}
          onChange={e => set({ name: e.target.value })}
        />
      </td>
      <td>
        <Select
          className="full"
          aria-label={t('organisation.department.kind')}
          allowClear
          value={item.department || undefined}
          onChange={(v: string | undefined) => set({ department: v ?? '' })}
          options={kinds.map(value => ({ value, label: t(`kind.${value}`) }))}
        />
      </td>
      <td>
        <Select
          className="full"
          aria-label={t('staff.roles')}
          mode="multiple"
          value={item.roles}
          onChange={(chosen: string[]) => set({ roles: chosen })}
          showSearch={{ optionFilterProp: 'label' }}
          options={roles.map(r => ({ value: r.code, label: r.name }))}
        />
      </td>
      <td>
        <button
          type="button"
          className="link"
          aria-label={t('positions.drop', { name: item.name })}
          onClick={drop}
        >
          {t('do.remove')}
        </button>
      </td>
    </tr>
  );
}

function List({ items, version }: { items: Position[]; version: number }) {
  const client = useQueryClient();
  const send = useSend();
  const [{ rows }, hold, edit] = useEdit({ rows: items.map((p, key) => row(p, key)) });
  const setRows = (next: (old: Row[]) => Row[]) => hold(old => ({ rows: next(old.rows) }));
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (rows.some(r => !r.name.trim())) {
      send.fix({ items: t('positions.name.missing') });
      return;
    }
    const body = {
      items: rows.map(r => ({
        name: r.name.trim(),
        roles: r.roles,
        ...(r.department ? { department: r.department } : {}),
      })),
    };
    const made = await send.run(() =>
      data(api.PUT('/positions', { params: { header: match(version) }, body })),
    );
    if (!made) return;
    edit.saved();
    toast(t('positions.saved'));
    await client.invalidateQueries({ queryKey: ['positions'] });
  };
  return (
    <form className="stack" onSubmit={save} noValidate>
      <NewerNote of={edit.newer.rows} />
      <table className="grid edit">
        <colgroup>
          <col style={{ width: 200 }} />
          <col style={{ width: 140 }} />
          <col />
          <col style={{ width: 72 }} />
        </colgroup>
        <thead>
          <tr>
            <th>{t('staff.position')}</th>
            <th>{t('staff.department')}</th>
            <th>{t('positions.roles')}</th>
            <th aria-label={t('do.remove')} />
          </tr>
        </thead>
        <tbody>
          {rows.map(r => (
            <Line
              key={r.key}
              item={r}
              set={part => setRows(old => old.map(o => (o.key === r.key ? { ...o, ...part } : o)))}
              drop={() => setRows(old => old.filter(o => o.key !== r.key))}
            />
          ))}
        </tbody>
      </table>
      {send.fields.items && <p className="field-error">{send.fields.items}</p>}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button
          type="button"
          className="btn"
          onClick={() => setRows(old => [...old, row({ name: '', department: '', roles: [] })])}
        >
          <Icon name="plus" />
          {t('positions.add')}
        </button>
      </p>
    </form>
  );
}

export function PositionsPage() {
  const query = useQuery({ queryKey: ['positions'], queryFn: () => data(api.GET('/positions')) });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('positions.title')}</H1>
      </header>
      <Tabs of="settings" />
      <div className="page-body">
        <p className="dim">{t('positions.note')}</p>
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={12} />}
        {query.data && <List items={query.data.items} version={query.data.version} />}
      </div>
    </main>
  );
}
