// Plans of the site and its buildings: what runs where, and what each valve cuts off (HOU-04a).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, base, data, match, upload } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { Icon } from '../../../kit/icons.tsx';
import { PlanView } from '../../../kit/plan.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Plan, PlanItem } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import '../housing/housing.css';
import { useBuildings } from './form.tsx';
import { ItemForm } from './mark.tsx';

const route = getRouteApi('/console/housing/plans');
export const media = [
  'water',
  'drain',
  'gas',
  'power',
  'fire',
  'data',
  'heat',
  'other',
] as const satisfies PlanItem['medium'][];
const tools = ['choose', 'valve', 'switch', 'point', 'line'] as const;
type Tool = (typeof tools)[number];

function usePlans() {
  const community = useCommunity();
  return useQuery({
    queryKey: ['plans', community],
    queryFn: async () => (await data(api.GET('/plans', { params: { query: { community } } }))).items,
  });
}

export const nameOf = (item: PlanItem) =>
  [t(`plan.medium.${item.medium}`), t(`plan.kind.${item.kind}`), item.name].filter(Boolean).join(' ');

function NewPlan({ onDone }: { onDone: (id: string) => void }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const buildings = useBuildings().data?.items ?? [];
  const [name, setName] = useState('');
  const [building, setBuilding] = useState('');
  const [file, setFile] = useState<File>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing = {
      ...(name.trim() ? {} : { name: t('form.missing') }),
      ...(file ? {} : { file: t('form.missing') }),
    };
    if (!send.fix(missing) || !file) return;
    const params = new URLSearchParams({ community, name: name.trim(), ...(building ? { building } : {}) });
    const made = await send.run(() => upload<Plan>(`/plans?${params}`, file, file.name));
    if (!made) return;
    await client.invalidateQueries({ queryKey: ['plans'] });
    onDone(made.id);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Field label={t('plan.name')} error={send.fields.name} required>
        {a => <Input {...a} value={name} onChange={e => setName(e.target.value)} />}
      </Field>
      <Field label={t('facility.building')} error={send.fields.buildingId}>
        {a => (
          <Select
            {...a}
            value={building}
            onChange={setBuilding}
            options={[
              { value: '', label: t('plan.site') },
              ...buildings.map(b => ({ value: b.id, label: b.name })),
            ]}
          />
        )}
      </Field>
      <Field label={t('plan.file')} error={send.fields.file} hint={t('plan.file.hint')} required>
        {a => (
          <input
            {...a}
            type="file"
            accept="image/png,image/jpeg,image/webp"
            onChange={e => setFile(e.target.files?.[0])}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'plan.add')}
        </button>
      </p>
    </form>
  );
}

function Board({ plan, onGone }: { plan: Plan; onGone: () => void }) {
  const can = useCan()('facility.edit');
  const client = useQueryClient();
  const send = useSend();
  const search = route.useSearch();
  const [{ items }, hold, edit] = useEdit<{ items: PlanItem[] }>({ items: plan.items });
  const setItems = (next: PlanItem[]) => hold({ items: next });
  const [chosen, setChosen] = useState<number | undefined>(() => {
    const at = plan.items.findIndex(item => item.id === search.item);
    return at < 0 ? undefined : at;
  });
  const [tool, setTool] = useState<Tool>('choose');
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const changed = JSON.stringify(items) !== JSON.stringify(plan.items);
  const change = (at: number, part: Partial<PlanItem>) =>
    hold(old => ({ items: old.items.map((item, i) => (i === at ? { ...item, ...part } : item)) }));
  const spot = (point: [number, number]) => {
    if (tool === 'choose') return;
    const now = chosen === undefined ? undefined : items[chosen];
    if (tool === 'line' && now?.kind === 'line' && chosen !== undefined && !now.id) {
      change(chosen, { points: [...now.points, point] });
      return;
    }
    const made = {
      kind: tool,
      medium: now?.medium ?? 'water',
      name: '',
      points: [point],
      place: '',
      cuts: [],
    } as PlanItem;
    setItems([...items, made]);
    setChosen(items.length);
    if (tool !== 'line') setTool('choose');
  };
  const refresh = () => client.invalidateQueries({ queryKey: ['plans'] });
  const save = async () => {
    const body = {
      name: plan.name,
      ...(plan.buildingId ? { buildingId: plan.buildingId } : {}),
      items: items.map(({ planId: _, hasPhoto: __, ...item }) => item),
    };
    const made = await send.run(() =>
      data(api.PUT('/plans/{id}', { params: { path: { id: plan.id }, header: match(plan.version) }, body })),
    );
    if (!made) return;
    edit.saved();
    toast(t('plan.saved'));
    await refresh();
  };
  const remove = async () => {
    const params = { path: { id: plan.id }, header: match(plan.version) };
    const gone = await send.run(async () => {
      await api.DELETE('/plans/{id}', { params });
      return true;
    });
    if (!gone) return;
    await refresh();
    onGone();
  };
  const at = chosen === undefined ? undefined : items[chosen];
  const used = media.filter(m => items.some(item => item.medium === m));
  return (
    <div className="plan-board">
      <div>
        <div className="row wrap pad-row">
          {used.map(m => (
            <label key={m} className="tick">
              <input
                type="checkbox"
                checked={!hidden.has(m)}
                onChange={() =>
                  setHidden(old =>
                    old.has(m) ? new Set([...old].filter(x => x !== m)) : new Set([...old, m]),
                  )
                }
              />
              <i className={`medium-dot medium-${m}`} aria-hidden="true" />
              {t(`plan.medium.${m}`)}
            </label>
          ))}
          <span className="grow" />
          {can &&
            tools.map(name => (
              <button
                key={name}
                type="button"
                className={tool === name ? 'btn on' : 'btn quiet'}
                aria-pressed={tool === name}
                onClick={() => setTool(name)}
              >
                {t(`plan.tool.${name}`)}
              </button>
            ))}
        </div>
        {tool !== 'choose' && (
          <p className="dim pad-row">{t(tool === 'line' ? 'plan.hint.line' : 'plan.hint')}</p>
        )}
        <PlanView
          plan={{ ...plan, items }}
          src={`${base}/plans/${plan.id}/picture`}
          chosen={chosen}
          hidden={hidden}
          onChoose={setChosen}
          {...(tool !== 'choose' ? { onSpot: spot } : {})}
          nameOf={nameOf}
        />
      </div>
      <aside className="state-side" aria-label={t('plan.marks')}>
        {can && (
          <p className="row">
            <button
              type="button"
              className="btn go"
              disabled={!changed || send.busy}
              onClick={() => void save()}
            >
              {t(send.busy ? 'form.saving' : 'plan.save')}
            </button>
            {changed && (
              <button type="button" className="btn quiet" onClick={() => setItems(plan.items)}>
                {t('plan.undo')}
              </button>
            )}
            {!changed && plan.items.length === 0 && (
              <button type="button" className="btn quiet" onClick={() => void remove()}>
                {t('plan.remove')}
              </button>
            )}
          </p>
        )}
        <TroubleNote trouble={send.trouble} />
        <NewerNote of={edit.newer.items} />
        {at && chosen !== undefined ? (
          <ItemForm
            key={chosen}
            item={at}
            may={can}
            errors={Object.fromEntries(
              Object.entries(send.fields)
                .filter(([name]) => name.startsWith(`items[${chosen}].`))
                .map(([name, text]) => [name.slice(`items[${chosen}].`.length), text]),
            )}
            change={part => change(chosen, part)}
            onRemove={() => {
              setItems(items.filter((_, i) => i !== chosen));
              setChosen(undefined);
            }}
            onPhoto={refresh}
          />
        ) : (
          <>
            <h3 className="sub">{t('plan.marks')}</h3>
            {items.length === 0 && <p className="dim3">{t('plan.marks.none')}</p>}
            <ul className="lines">
              {items.map((item, i) => (
                <li key={item.id ?? i}>
                  <button type="button" className="link grow" onClick={() => setChosen(i)}>
                    {nameOf(item)}
                  </button>
                  <span className="dim3 cut">{item.place}</span>
                </li>
              ))}
            </ul>
          </>
        )}
        {at && (
          <button type="button" className="link" onClick={() => setChosen(undefined)}>
            {t('plan.marks.all')}
          </button>
        )}
      </aside>
    </div>
  );
}

export function PlansPage() {
  const can = useCan();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const buildings = useBuildings().data?.items ?? [];
  const query = usePlans();
  const plans = query.data ?? [];
  const plan = plans.find(p => p.id === search.open) ?? (search.open === 'new' ? undefined : plans[0]);
  const open = (id: string | undefined) => void navigate({ search: { open: id }, replace: true });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('housing.plans')}</H1>
        <span className="grow" />
        {can('facility.edit') && (
          <button type="button" className="btn go" onClick={() => open('new')}>
            <Icon name="plus" />
            {t('plan.new')}
          </button>
        )}
      </header>
      <Tabs of="housing" />
      <nav className="row wrap pad-row" aria-label={t('housing.plans')}>
        {plans.map(p => (
          <button
            key={p.id}
            type="button"
            className={p.id === plan?.id ? 'tag care' : 'tag'}
            aria-pressed={p.id === plan?.id}
            onClick={() => open(p.id)}
          >
            {p.name}{' '}
            <span className="dim3">{buildings.find(b => b.id === p.buildingId)?.name ?? t('plan.site')}</span>
          </button>
        ))}
      </nav>
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        {search.open === 'new' && <NewPlan onDone={open} />}
        {query.data && plans.length === 0 && search.open !== 'new' && <Empty>{t('plan.none')}</Empty>}
        {plan && search.open !== 'new' && <Board key={plan.id} plan={plan} onGone={() => open(undefined)} />}
      </div>
    </main>
  );
}
