// Who has an archive in this community (CUS-01).
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useDeferredValue, useState } from 'react';
import { api, base, data } from '../../../kit/client.ts';
import { useDraft } from '../../../kit/drafts.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { CustomerRow, RelationKind } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { Find } from '../../ui/find.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { relations, useTagName, useTags } from './data.ts';
import { RoomField } from './pick.tsx';

const route = getRouteApi('/console/customers');

type Search = { q?: string; kind?: string; tag?: string; relation?: string; rooms?: string };

function filterOf(community: string, s: Search) {
  return {
    community,
    ...(s.q ? { q: s.q } : {}),
    ...(s.kind === 'person' || s.kind === 'organisation' ? { kind: s.kind as CustomerRow['kind'] } : {}),
    ...(s.tag ? { tag: s.tag } : {}),
    ...(s.relation ? { relation: s.relation as RelationKind } : {}),
    ...(s.rooms === 'with' || s.rooms === 'without' ? { rooms: s.rooms as 'with' | 'without' } : {}),
  };
}

function Chip(props: {
  label: string;
  value: string | undefined;
  options: [string, string][];
  onChange: (value: string | undefined) => void;
}) {
  return (
    <label className="chip">
      <span className="k">{props.label}</span>
      <select value={props.value ?? ''} onChange={e => props.onChange(e.target.value || undefined)}>
        <option value="">{t('customers.any')}</option>
        {props.options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

interface NewDraft {
  kind: 'person' | 'organisation';
  name: string;
  mobile: string;
  room: string;
  relation: RelationKind;
  share: string;
}
const blank: NewDraft = { kind: 'person', name: '', mobile: '', room: '', relation: 'owner', share: '' };

function NewCustomer({ close }: { close: () => void }) {
  const client = useQueryClient();
  const navigate = route.useNavigate();
  const community = useCommunity();
  const send = useSend();
  const [draft, setDraft, clear] = useDraft<NewDraft>(`new-customer:${community}`, blank);
  const set = (part: Partial<NewDraft>) => setDraft(old => ({ ...old, ...part }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(draft.name.trim() ? {} : { name: t('form.missing') })) return;
    const body = {
      community,
      kind: draft.kind,
      name: draft.name.trim(),
      ...(draft.mobile.trim() ? { mobiles: [{ number: draft.mobile.trim(), primary: true }] } : {}),
      relation: draft.relation,
      ...(draft.room ? { roomId: draft.room } : {}),
      ...(draft.room && draft.relation === 'owner' && draft.share.trim()
        ? { share: draft.share.trim() }
        : {}),
    };
    const made = await send.run(once => data(api.POST('/customers', { params: { header: once }, body })));
    if (!made) return;
    clear();
    toast(t('customers.opened', { number: made.archiveNo }));
    await client.invalidateQueries({ queryKey: ['customers'] });
    void navigate({ to: '/console/customers/$id', params: { id: made.id } });
  };
  return (
    <form className="staff-form panel" onSubmit={submit} noValidate aria-label={t('customers.new')}>
      <Choice<'person' | 'organisation'>
        legend={t('customers.kind')}
        name="kind"
        value={draft.kind}
        onChange={kind => set({ kind })}
        options={[
          { value: 'person', label: t('customer.kind.person') },
          { value: 'organisation', label: t('customer.kind.organisation') },
        ]}
      />
      <div className="grid-2">
        <Field label={t('customer.name')} error={send.fields.name} required>
          {a => <Input {...a} autoFocus value={draft.name} onChange={e => set({ name: e.target.value })} />}
        </Field>
        <Field label={t('customer.mobile')} error={send.fields['mobiles[0].number']}>
          {a => (
            <Input
              {...a}
              inputMode="tel"
              value={draft.mobile}
              onChange={e => set({ mobile: e.target.value })}
            />
          )}
        </Field>
        <RoomField
          label={t('customers.room')}
          value={draft.room}
          error={send.fields.roomId}
          onPick={room => set({ room })}
        />
        <Field label={t('customers.relation')} error={send.fields.relation}>
          {a => (
            <Select
              {...a}
              value={draft.relation}
              onChange={(relation: RelationKind) => set({ relation })}
              options={relations.map(value => ({ value, label: t(`relation.${value}`) }))}
            />
          )}
        </Field>
        {draft.relation === 'owner' && (
          <Field label={t('relation.share')} error={send.fields.share} hint={t('relation.share.hint')}>
            {a => <Input {...a} value={draft.share} onChange={e => set({ share: e.target.value })} />}
          </Field>
        )}
      </div>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'customers.open')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

function Filters({ search, set }: { search: Search; set: (part: Search) => void }) {
  const tags = useTags().data ?? [];
  const tagName = useTagName();
  return (
    <div className="row wrap filters">
      <Find label={t('customers.find')} q={search.q} onFind={q => set({ q })} />
      <Chip
        label={t('customers.kind')}
        value={search.kind}
        onChange={kind => set({ kind })}
        options={[
          ['person', t('customer.kind.person')],
          ['organisation', t('customer.kind.organisation')],
        ]}
      />
      <Chip
        label={t('customers.relation')}
        value={search.relation}
        onChange={relation => set({ relation })}
        options={relations.map(r => [r, t(`relation.${r}`)])}
      />
      <Chip
        label={t('customer.tags')}
        value={search.tag}
        onChange={tag => set({ tag })}
        options={tags.map(tag => [tag.name, tagName(tag.name)])}
      />
      <Chip
        label={t('customers.rooms')}
        value={search.rooms}
        onChange={rooms => set({ rooms })}
        options={[
          ['with', t('customers.rooms.with')],
          ['without', t('customers.rooms.without')],
        ]}
      />
    </div>
  );
}

function Table({ rows }: { rows: CustomerRow[] }) {
  const tagName = useTagName();
  return (
    <table className="grid customers">
      <thead>
        <tr>
          <th>{t('customer.name')}</th>
          <th>{t('customers.relation')}</th>
          <th>{t('customers.room')}</th>
          <th>{t('customer.mobile')}</th>
          <th>{t('customer.tags')}</th>
          <th>{t('customers.archive')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(c => (
          <tr key={c.id}>
            <td className="b">
              <Link to="/console/customers/$id" params={{ id: c.id }}>
                {c.name}
              </Link>{' '}
              {c.kind === 'organisation' && <span className="tag">{t('customer.kind.organisation')}</span>}
            </td>
            <td className="dim">{c.relation ? wordFor(`relation.${c.relation}`) : '–'}</td>
            <td>
              {c.roomId ? (
                <Link to="/console/households/$roomId" params={{ roomId: c.roomId }}>
                  {c.label}
                </Link>
              ) : (
                '–'
              )}
              {c.rooms > 1 && <span className="dim3"> {t('customers.more_rooms', { n: c.rooms - 1 })}</span>}
            </td>
            <td className="nw">{c.mobile || '–'}</td>
            <td>
              {c.tags.map(tag => (
                <span key={tag} className="tag care">
                  {tagName(tag)}
                </span>
              ))}
            </td>
            <td className="dim3 nw">
              {c.archiveNo} {c.cardNo}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function CustomersPage() {
  const search: Search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const community = useCommunity();
  const [adding, setAdding] = useState(false);
  const set = (part: Search) => void navigate({ search: old => ({ ...old, ...part }), replace: true });
  const query = filterOf(community, useDeferredValue(search));
  const list = useInfiniteQuery({
    queryKey: ['customers', query],
    queryFn: ({ pageParam }) =>
      data(api.GET('/customers', { params: { query: pageParam ? { ...query, cursor: pageParam } : query } })),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
  });
  const rows = list.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('nav.customers')}</H1>
        <span className="grow" />
        {can('customer.list_export') && (
          <a
            className="btn"
            href={`${base}/customers/export.xlsx?${new URLSearchParams(query as Record<string, string>)}`}
            download
          >
            {t('list.export')}
          </a>
        )}
        {can('customer.edit') && !adding && (
          <button type="button" className="btn go" onClick={() => setAdding(true)}>
            <Icon name="plus" />
            {t('customers.new')}
          </button>
        )}
      </header>
      <Tabs of="customers" />
      <div className="page-body flush">
        {adding && <NewCustomer close={() => setAdding(false)} />}
        <Filters search={search} set={set} />
        <ErrorNote query={list} />
        {list.isPending && <Skeleton rows={12} />}
        {list.data && rows.length === 0 && (
          <Empty
            action={
              <button
                type="button"
                className="link"
                onClick={() =>
                  set({
                    q: undefined,
                    kind: undefined,
                    tag: undefined,
                    relation: undefined,
                    rooms: undefined,
                  })
                }
              >
                {t('customers.none.go')}
              </button>
            }
          >
            {t('customers.none')}
          </Empty>
        )}
        {rows.length > 0 && <Table rows={rows} />}
        <More query={list} />
      </div>
    </main>
  );
}
