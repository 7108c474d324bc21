// What one is reminded of today (CUS-06): what it is, what to do, done or not.
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { currentLang, wordFor } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Reminder } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { clockOf, minutesOf, today } from '../customers/data.ts';
import { CustomerPick } from '../customers/pick.tsx';

const route = getRouteApi('/console/customers/reminders');

const views = ['mine', 'all', 'done'] as const;
type View = (typeof views)[number];

const keyOf = (r: Reminder): string => `${r.source} ${r.subject} ${r.day}`;

const useColleagues = () => {
  const community = useCommunity();
  const can = useCan();
  return useQuery({
    queryKey: ['staff', 'colleagues', community],
    queryFn: async () =>
      (await data(api.GET('/staff', { params: { query: { community, state: 'active', limit: 200 } } })))
        .items,
    enabled: can('staff.view'),
    staleTime: 60_000,
  });
};

function useMark(item: Reminder) {
  const client = useQueryClient();
  const send = useSend();
  const refresh = () =>
    Promise.all(['reminders', 'reminder-count'].map(key => client.invalidateQueries({ queryKey: [key] })));
  const mark = async (
    act: { do: 'done' | 'reopen' | 'snooze' | 'assign' } & Partial<
      Record<'note' | 'until' | 'assigneeId', string>
    >,
  ) => {
    const { community, source, subject, day } = item;
    const made = await send.run(once =>
      data(
        api.POST('/reminders', {
          params: { header: once },
          body: { community, source, subject, day, ...act },
        }),
      ),
    );
    if (made) await refresh();
    return made;
  };
  return { send, mark };
}

function Later({ item, close }: { item: Reminder; close: () => void }) {
  const { send, mark } = useMark(item);
  const people = useColleagues().data ?? [];
  const [until, setUntil] = useState('');
  const [to, setTo] = useState(item.assigneeId ?? '');
  const [note, setNote] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const words = note.trim() ? { note: note.trim() } : {};
    if (to !== (item.assigneeId ?? '')) {
      if (!(await mark({ do: 'assign', ...(to ? { assigneeId: to } : {}), ...words }))) return;
    }
    if (until && !(await mark({ do: 'snooze', until, ...words }))) return;
    toast(t(until ? 'reminders.snoozed' : 'reminders.assigned'));
    close();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <div className="grid-2">
        <Field label={t('reminders.to')} error={send.fields.assigneeId}>
          {a => (
            <Select
              {...a}
              allowClear
              value={to || undefined}
              onChange={(v: string | undefined) => setTo(v ?? '')}
              showSearch={{ optionFilterProp: 'label' }}
              options={people.map(p => ({ value: p.id, label: [p.name, p.agentNo].join(' ') }))}
            />
          )}
        </Field>
        <Field label={t('reminders.until')} error={send.fields.until}>
          {a => (
            <input
              {...a}
              type="date"
              className="text"
              value={until}
              onChange={e => setUntil(e.target.value)}
            />
          )}
        </Field>
        <Field label={t('reminders.note')} error={send.fields.note}>
          {a => <Input {...a} value={note} onChange={e => setNote(e.target.value)} />}
        </Field>
      </div>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn" disabled={send.busy}>
          {t('form.save')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

/** The sentence of an item; what it is about is a link where there is one to open. */
function About({ item }: { item: Reminder }) {
  const thing = item.source === 'maintenance' || item.source === 'warranty';
  const kind = item.kind && !(thing && item.detail) ? wordFor(`belonging.${item.kind}`) : undefined;
  const detail = currentLang() === 'en' && item.detailEn ? item.detailEn : item.detail;
  const what = [kind, detail].filter(Boolean).join(' ');
  return (
    <span className="grow">
      <b>{wordFor(`reminder.${item.source}`) ?? item.source}</b>{' '}
      {item.customerId && item.name && (
        <Link to="/console/customers/$id" params={{ id: item.customerId }}>
          {item.name}
        </Link>
      )}{' '}
      {item.roomId && (
        <Link to="/console/households/$roomId" params={{ roomId: item.roomId }}>
          {item.label}
        </Link>
      )}{' '}
      {what && item.source === 'defect_warranty' && item.link ? (
        <Link to="/console/housing/handover/$id" params={{ id: item.link }}>
          {what}
        </Link>
      ) : what && item.source === 'facility_check' && item.link ? (
        <Link to="/console/housing/facilities" search={{ open: item.link }}>
          {what}
        </Link>
      ) : what && item.source === 'charge_inspection' && item.link ? (
        <Link to="/console/charge-inspections" search={{ open: item.link }}>
          {what}
        </Link>
      ) : (
        what && <span>{what}</span>
      )}{' '}
      <span className="dim">
        {item.state === 'done'
          ? t('reminders.by', { name: item.by ?? '', note: item.note ?? '' })
          : wordFor(`reminder.${item.source}.do`)}
        {item.assignee && item.state !== 'done' && ` · ${item.assignee}`}
        {item.state === 'snoozed' && ` · ${t('reminders.later', { day: item.until ?? '' })}`}
      </span>
    </span>
  );
}

function Line({ item }: { item: Reminder }) {
  const can = useCan();
  const { send, mark } = useMark(item);
  const [open, setOpen] = useState(false);
  const done = async () => {
    if (!(await mark({ do: 'done' }))) return;
    toast(t('reminders.done'), () => void mark({ do: 'reopen' }));
  };
  const name = wordFor(`reminder.${item.source}`) ?? item.source;
  const of = `${name} ${item.name || item.label || item.detail || ''}`.trim();
  return (
    <li className={item.state === 'done' ? 'done' : ''}>
      <span className={`when nw ${item.overdue ? 'warn' : 'dim'}`}>
        {item.day.slice(5)} {clockOf(item.minute)}
      </span>
      <About item={item} />
      {can('reminder.edit') && item.state !== 'done' && (
        <>
          <button
            type="button"
            className="btn"
            disabled={send.busy}
            aria-label={t('reminders.done.of', { what: of })}
            onClick={() => void done()}
          >
            <Icon name="check" />
            {t('reminders.do')}
          </button>
          <button
            type="button"
            className="btn quiet"
            aria-expanded={open}
            aria-label={t('reminders.more.of', { what: of })}
            onClick={() => setOpen(!open)}
          >
            {t('reminders.more')}
          </button>
        </>
      )}
      {can('reminder.edit') && item.state === 'done' && (
        <button
          type="button"
          className="link"
          disabled={send.busy}
          aria-label={t('reminders.reopen.of', { what: of })}
          onClick={() => void mark({ do: 'reopen' })}
        >
          {t('do.undo')}
        </button>
      )}
      <TroubleNote trouble={send.trouble} />
      {open && <Later item={item} close={() => setOpen(false)} />}
    </li>
  );
}

function Call({ close }: { close: () => void }) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const [who, setWho] = useState({ id: '', name: '' });
  const [day, setDay] = useState(today());
  const [time, setTime] = useState('');
  const [words, setWords] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(words.trim() ? {} : { words: t('form.missing') })) return;
    const minute = minutesOf(time);
    const body = {
      community,
      day,
      words: words.trim(),
      ...(who.id ? { customerId: who.id } : {}),
      ...(minute === undefined ? {} : { minute }),
    };
    const made = await send.run(once => data(api.POST('/callbacks', { params: { header: once }, body })));
    if (!made) return;
    toast(t('reminders.agreed'));
    for (const key of ['reminders', 'reminder-count']) await client.invalidateQueries({ queryKey: [key] });
    close();
  };
  return (
    <form className="staff-form panel" onSubmit={submit} noValidate aria-label={t('reminders.call')}>
      <div className="grid-2">
        <Field label={t('reminders.whom')} error={send.fields.customerId}>
          {a => (
            <CustomerPick
              field={a}
              value={who.id}
              name={who.name}
              onPick={(id, name) => setWho({ id, name })}
            />
          )}
        </Field>
        <Field label={t('reminders.words')} error={send.fields.words} required>
          {a => <Input {...a} value={words} onChange={e => setWords(e.target.value)} />}
        </Field>
        <Field label={t('reminders.day')} error={send.fields.day} required>
          {a => (
            <input
              {...a}
              type="date"
              className="text"
              min={today()}
              value={day}
              onChange={e => setDay(e.target.value)}
            />
          )}
        </Field>
        <Field label={t('reminders.time')} error={send.fields.minute}>
          {a => (
            <input {...a} type="time" className="text" value={time} onChange={e => setTime(e.target.value)} />
          )}
        </Field>
      </div>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

export function RemindersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const community = useCommunity();
  const [calling, setCalling] = useState(false);
  const view: View = views.find(v => v === search.view) ?? 'mine';
  const list = useInfiniteQuery({
    queryKey: ['reminders', community, view],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/reminders', {
          params: { query: { community, view, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
  });
  const rows = list.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('customers.reminders')}</H1>
        <label className="chip">
          <span className="k">{t('reminders.view')}</span>
          <select
            value={view}
            onChange={e => void navigate({ search: { view: e.target.value }, replace: true })}
          >
            {views.map(v => (
              <option key={v} value={v}>
                {t(`reminders.view.${v}`)}
              </option>
            ))}
          </select>
        </label>
        <span className="grow" />
        {can('reminder.edit') && !calling && (
          <button type="button" className="btn" onClick={() => setCalling(true)}>
            <Icon name="phone" />
            {t('reminders.call')}
          </button>
        )}
      </header>
      <Tabs of="customers" />
      <div className="page-body flush">
        {calling && <Call close={() => setCalling(false)} />}
        <ErrorNote query={list} />
        {list.isPending && <Skeleton rows={10} height={40} />}
        {list.data && rows.length === 0 && <Empty>{t(`reminders.none.${view}`)}</Empty>}
        <ul className="remind">
          {rows.map(item => (
            <Line key={keyOf(item)} item={item} />
          ))}
        </ul>
        <More query={list} />
      </div>
    </main>
  );
}
