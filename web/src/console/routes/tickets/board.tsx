// What a list of tickets can do besides narrowing: views that are kept and shared, many given at once (TIC-10).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, isApiError, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { categoryName, shortNumber } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { SavedView, TicketRow } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useCategories } from './data.ts';
import { type Filters, known, narrowed } from './filters.ts';
import { colleague, useColleagues, useWord } from './forms.tsx';

const filterOf = ({ view, status, grade, kind, dept, category, facet, building, q }: Filters): Filters => ({
  view: view ?? 'all',
  ...(status ? { status } : {}),
  ...(grade ? { grade } : {}),
  ...(kind ? { kind } : {}),
  ...(dept ? { dept } : {}),
  ...(category ? { category } : {}),
  ...(facet ? { facet } : {}),
  ...(building ? { building } : {}),
  ...(q ? { q } : {}),
});

const sameFilter = (a: Filters, b: Filters) => JSON.stringify(filterOf(a)) === JSON.stringify(filterOf(b));

function ViewForm({
  view,
  filters,
  close,
}: {
  view: SavedView | undefined;
  filters: Filters;
  close: () => void;
}) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const [{ name, shared }, set, edit] = useEdit({ name: view?.name ?? '', shared: view?.shared ?? false });
  const refresh = () => client.invalidateQueries({ queryKey: ['ticket-views'] });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(name.trim() ? {} : { name: t('form.missing') })) return;
    const body = { name: name.trim(), shared, filter: filterOf(filters) };
    const made = await send.run(once =>
      view
        ? data(
            api.PUT('/ticket-views/{id}', {
              params: { path: { id: view.id }, header: match(view.version) },
              body,
            }),
          )
        : data(api.POST('/ticket-views', { params: { header: once }, body: { ...body, community } })),
    );
    if (!made) return;
    await refresh();
    toast(t('views.saved', { name: made.name }));
    close();
  };
  const remove = async () => {
    if (!view) return;
    const gone = await send.run(async () => {
      await data(
        api.DELETE('/ticket-views/{id}', {
          params: { path: { id: view.id }, header: match(view.version) },
        }),
      );
      return true;
    });
    if (!gone) return;
    await refresh();
    toast(t('views.removed', { name: view.name }));
    close();
  };
  return (
    <form className="view-form" onSubmit={submit} aria-label={t('views.form')} noValidate>
      <Field label={t('views.name')} error={send.fields.name} newer={edit.newer.name}>
        {a => (
          <Input {...a} autoFocus maxLength={30} value={name} onChange={e => set({ name: e.target.value })} />
        )}
      </Field>
      <label className="row">
        <input type="checkbox" checked={shared} onChange={e => set({ shared: e.target.checked })} />
        {t('views.shared')} <NewerNote of={edit.newer.shared} />
      </label>
      <button type="submit" className="btn go" disabled={send.busy}>
        {t('form.save')}
      </button>
      {view && (
        <button type="button" className="btn quiet" disabled={send.busy} onClick={() => void remove()}>
          {t('do.remove')}
        </button>
      )}
      <button type="button" className="btn quiet" onClick={close}>
        {t('form.back')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

/** The views that somebody kept or that are shared; the present filter is kept as another one. */
export function SavedViews({
  filters,
  onChoose,
}: {
  filters: Filters;
  onChoose: (filters: Filters) => void;
}) {
  const community = useCommunity();
  const [open, setOpen] = useState<'new' | 'edit'>();
  const views =
    useQuery({
      queryKey: ['ticket-views', community],
      queryFn: async () => (await data(api.GET('/ticket-views', { params: { query: { community } } }))).items,
    }).data ?? [];
  const on = views.find(v => sameFilter(known(v.filter), filters));
  if (open)
    return (
      <ViewForm view={open === 'edit' ? on : undefined} filters={filters} close={() => setOpen(undefined)} />
    );
  if (views.length === 0 && !narrowed(filters)) return null;
  return (
    <nav className="chips saved" aria-label={t('views.title')}>
      {views.map(v => (
        <button
          key={v.id}
          type="button"
          className={`chip tap ${v === on ? 'on' : ''}`}
          aria-current={v === on ? 'true' : undefined}
          title={v.mine ? undefined : t('views.by', { by: v.by })}
          onClick={() => onChoose(known(v.filter))}
        >
          {v.name}
          {v.shared && <span className="dim3">{t('views.is_shared')}</span>}
        </button>
      ))}
      {on?.mine && (
        <button type="button" className="btn quiet" onClick={() => setOpen('edit')}>
          {t('views.edit')}
        </button>
      )}
      {!on && narrowed(filters) && (
        <button type="button" className="btn quiet" onClick={() => setOpen('new')}>
          {t('views.keep')}
        </button>
      )}
    </nav>
  );
}

/** What more households than usual report: an early warning, each a way to its tickets (TIC-11). */
export function HotMatters({ onChoose }: { onChoose: (filters: Filters) => void }) {
  const community = useCommunity();
  const tree = useCategories().data?.items ?? [];
  const found =
    useQuery({
      queryKey: ['tickets', 'hot', community],
      queryFn: async () => (await data(api.GET('/hot-matters', { params: { query: { community } } }))).items,
      staleTime: 60_000,
    }).data ?? [];
  if (found.length === 0) return null;
  return (
    <ul className="hot" aria-label={t('hot.title')}>
      {found.map(m => (
        <li key={`${m.category} ${m.buildingId ?? ''}`}>
          <span className="tag amber">{t('hot.title')}</span>
          <button
            type="button"
            className="link"
            onClick={() =>
              onChoose({
                view: 'all',
                category: m.category,
                ...(m.buildingId ? { building: m.buildingId } : {}),
              })
            }
          >
            {m.building || t('hot.outside')} {categoryName(tree.find(c => c.id === m.category))}
          </button>
          <span>{t('hot.text', { n: m.tickets, homes: m.households, usual: m.usual.toLocaleString() })}</span>
        </li>
      ))}
    </ul>
  );
}

/** Gives what is chosen to one colleague; what stands against one of them is told with its number. */
export function BulkBar({ rows, clear }: { rows: TicketRow[]; clear: () => void }) {
  const client = useQueryClient();
  const community = useCommunity();
  const people = useColleagues(community);
  const send = useSend();
  const [to, setTo] = useState<string>();
  const [wrong, setWrong] = useState<string[]>([]);
  const word = useWord(send.fields);
  const free = [...(people.data ?? [])].sort(
    (a, b) => Number(b.onDuty) - Number(a.onDuty) || a.openTickets - b.openTickets,
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setWrong([]);
    if (!send.fix(to ? {} : { to: t('dispatch.missing') }) || !to) return;
    const given = await send.run(async once => {
      try {
        return await data(
          api.POST('/ticket-dispatches', {
            params: { header: once },
            body: {
              community,
              to,
              tickets: rows.map(({ id, version }) => ({ id, version })),
              ...word.body,
            },
          }),
        );
      } catch (error) {
        if (isApiError(error))
          setWrong(
            Object.entries(error.byField()).flatMap(([field, text]) => {
              const row = rows[Number(/^tickets\[(\d+)\]/.exec(field)?.[1] ?? -1)];
              return row ? [`${shortNumber(row.number)} ${text}`] : [];
            }),
          );
        throw error;
      }
    });
    for (const key of ['tickets', 'ticket', 'counts']) void client.invalidateQueries({ queryKey: [key] });
    if (!given) return;
    const name = free.find(s => s.id === to)?.name ?? '';
    toast(t('bulk.done', { n: given.items.length, name }));
    clear();
  };
  return (
    <form className="bulk" onSubmit={submit} aria-label={t('bulk.title')} noValidate>
      <b>{t('bulk.chosen', { n: rows.length })}</b>
      <Field label={t('dispatch.to')} error={send.fields.to}>
        {a => (
          <Select
            {...a}
            className="bulk-to"
            showSearch={{ optionFilterProp: 'label' }}
            placeholder={t('dispatch.hint')}
            loading={people.isPending}
            value={to}
            onChange={setTo}
            options={free.map(s => ({ value: s.id, label: colleague(s) }))}
          />
        )}
      </Field>
      {word.field}
      <button type="submit" className="btn go" disabled={send.busy}>
        {t('do.dispatch')}
      </button>
      <button type="button" className="btn quiet" onClick={clear}>
        {t('bulk.clear')}
      </button>
      {wrong.length > 0 ? (
        <div className="trouble" role="alert">
          {t('bulk.none')} {wrong.join(t('list.join'))}
        </div>
      ) : (
        <TroubleNote trouble={send.trouble} />
      )}
    </form>
  );
}
