// Meters with their last reading; a column to enter this month's, checked all together (BIL-04).
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useDeferredValue, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import { useCan, useCommunity } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { Field } from '../../ui/field.tsx';
import { Find } from '../../ui/find.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { MeterRow, nothing, type Typed } from './meter-row.tsx';
import { registers, thisMonth, today } from './parts.tsx';
import { addShot } from './shots.tsx';

const route = getRouteApi('/console/meters');
const kinds = ['water', 'power', 'gas', 'heat'] as const;
type Kind = (typeof kinds)[number];
const isKind = (v: string | undefined): v is Kind => kinds.some(k => k === v);

function NewMeter({ onDone }: { onDone: () => void }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const [kind, setKind] = useState<Kind>('water');
  const [register, setRegister] = useState<'' | (typeof registers)[number]>('');
  const [text, setText] = useState({
    number: '',
    room: '',
    place: '',
    digits: '5',
    plausible: '100',
    value: '0',
  });
  const [on, setOn] = useState(today());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(text.number.trim() ? {} : { number: t('form.missing') })) return;
    const made = await send.run(async once => {
      const label = text.room.trim();
      const found = label
        ? await data(api.GET('/rooms', { params: { query: { community, q: label, limit: 1 } } }))
        : undefined;
      const roomId = found?.items[0]?.id;
      if (label && !roomId) {
        send.fix({ room: t('meter.room.unknown') });
        return undefined;
      }
      return data(
        api.POST('/meters', {
          params: { header: once },
          body: {
            community,
            kind,
            number: text.number,
            ...(register ? { register } : {}),
            place: text.place,
            digits: Number.parseInt(text.digits, 10) || 0,
            plausible: text.plausible,
            ...(roomId ? { roomId } : {}),
            first: { meterId: '', on, value: text.value },
          },
        }),
      );
    });
    if (!made) return;
    void client.invalidateQueries({ queryKey: ['meters'] });
    toast(t('meter.saved'));
    onDone();
  };
  const write = (name: keyof typeof text, label: Parameters<typeof t>[0]) => (
    <Field label={t(label)} error={send.fields[name] ?? send.fields[`first.${name}`]}>
      {a => (
        <Input
          {...a}
          value={text[name]}
          onChange={e => setText(old => ({ ...old, [name]: e.target.value }))}
        />
      )}
    </Field>
  );
  return (
    <form className="row wrap pad-row" onSubmit={submit} noValidate aria-label={t('meter.new')}>
      <Field label={t('meter.kind')}>
        {a => (
          <Select<Kind>
            {...a}
            value={kind}
            onChange={setKind}
            options={kinds.map(value => ({ value, label: t(`meter.kind.${value}`) }))}
          />
        )}
      </Field>
      {write('number', 'meter.number')}
      <Field label={t('meter.register')}>
        {a => (
          <Select<'' | (typeof registers)[number]>
            {...a}
            value={register}
            onChange={setRegister}
            options={[
              { value: '' as const, label: t('meter.register.none') },
              ...registers.map(value => ({ value, label: t(`meter.register.${value}`) })),
            ]}
          />
        )}
      </Field>
      {write('room', 'meter.room')}
      {write('place', 'meter.place')}
      {write('digits', 'meter.digits')}
      {write('plausible', 'meter.plausible')}
      {write('value', 'meter.first')}
      <Field label={t('meter.on')} error={send.fields.on}>
        {a => <input {...a} type="date" className="text" value={on} onChange={e => setOn(e.target.value)} />}
      </Field>
      <button type="submit" className="btn go" disabled={send.busy}>
        {t('form.save')}
      </button>
      <button type="button" className="btn quiet" onClick={onDone}>
        {t('form.back')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

/** What was typed for each meter, sent together: all of it or nothing. */
function useEntry() {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const [on, setOn] = useState(today());
  const [typed, setTyped] = useState<Record<string, Typed>>({});
  const [sent, setSent] = useState<string[]>([]);
  const filled = Object.entries(typed).filter(([, v]) => v.value.trim() !== '');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (filled.length === 0) return;
    setSent(filled.map(([id]) => id));
    const readings = filled.map(([meterId, { photo, ...v }]) => ({
      ...v,
      meterId,
      on,
      value: v.value.trim(),
    }));
    const made = await send.run(once =>
      data(api.POST('/meter-readings', { params: { header: once }, body: { community, readings } })),
    );
    if (!made) return;
    setTyped({});
    // A picture that does not arrive can be added beside its reading; the reading counts without it.
    let lost = false;
    for (const [n, [, { photo }]] of filled.entries())
      if (photo) await addShot(made.readings[n] ?? '', photo).catch(() => (lost = true));
    void client.invalidateQueries({ queryKey: ['readings'] });
    void client.invalidateQueries({ queryKey: ['meters'] });
    toast(t(lost ? 'meter.photo.lost' : 'meter.entered', { n: made.entered }));
  };
  const error = (id: string) => {
    const at = sent.indexOf(id);
    return at < 0 ? undefined : (send.fields[`readings[${at}].value`] ?? send.fields[`readings[${at}].on`]);
  };
  const set = (id: string, part: Partial<Typed>) =>
    setTyped(old => ({ ...old, [id]: { ...(old[id] ?? nothing), ...part } }));
  return { on, setOn, typed, set, error, submit, send, n: filled.length };
}

export function MetersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const can = useCan();
  const community = useCommunity();
  const [adding, setAdding] = useState(false);
  const find = useDeferredValue(search.q);
  const entry = useEntry();
  const kind = isKind(search.kind) ? search.kind : undefined;
  const missing = search.view === 'missing';
  const wanted = {
    community,
    ...(kind ? { kind } : {}),
    ...(missing ? { missing: `${thisMonth()}-01` } : {}),
    ...(find ? { q: find } : {}),
  };
  const query = useInfiniteQuery({
    queryKey: ['meters', wanted],
    queryFn: ({ pageParam }) =>
      data(api.GET('/meters', { params: { query: pageParam ? { ...wanted, cursor: pageParam } : wanted } })),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    placeholderData: old => old,
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  const may = can('meter.read');
  const view = (to: { kind?: string; view?: string }) =>
    void navigate({ search: search.q ? { ...to, q: search.q } : to, replace: true });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.meters')}</H1>
        <Find
          label={t('meter.find')}
          q={search.q}
          onFind={q => void navigate({ search: old => ({ ...old, q }), replace: true })}
        />
        <span className="grow" />
        <ExportLink path="/meters" query={wanted} />
        <ExportLink path="/meter-readings" query={{ community }} label={t('meter.export.readings')} />
        {may && can('customer.import') && (
          <Link className="btn" to="/console/imports">
            {t('meter.import')}
          </Link>
        )}
        {can('meter.edit') && (
          <button type="button" className="btn" onClick={() => setAdding(!adding)}>
            <Icon name="plus" />
            {t('meter.new')}
          </button>
        )}
      </header>
      <Tabs of="fees" />
      {adding && <NewMeter onDone={() => setAdding(false)} />}
      <nav className="row wrap pad-row" aria-label={t('meter.views')}>
        {[undefined, ...kinds].map(k => (
          <button
            key={k ?? 'all'}
            type="button"
            className={k === kind && !missing ? 'tag care' : 'tag'}
            aria-pressed={k === kind && !missing}
            onClick={() => view(k ? { kind: k } : {})}
          >
            {k ? t(`meter.kind.${k}`) : t('meter.all')}
          </button>
        ))}
        <button
          type="button"
          className={missing ? 'tag care' : 'tag'}
          aria-pressed={missing}
          onClick={() => view({ view: 'missing' })}
        >
          {t('meter.missing')}
        </button>
      </nav>
      <form className="page-body flush" onSubmit={entry.submit} noValidate>
        {may && (
          <div className="row wrap pad-row">
            <Field label={t('meter.read_on')}>
              {a => (
                <input
                  {...a}
                  type="date"
                  className="text"
                  value={entry.on}
                  onChange={e => entry.setOn(e.target.value)}
                />
              )}
            </Field>
            <button type="submit" className="btn go" disabled={entry.send.busy || entry.n === 0}>
              {t('meter.enter', { n: entry.n })}
            </button>
            <TroubleNote trouble={entry.send.trouble} />
          </div>
        )}
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={12} />}
        {query.data && rows.length === 0 && <Empty>{t(missing ? 'meter.none.missing' : 'meter.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid meters">
            <thead>
              <tr>
                <th>{t('bill.room')}</th>
                <th>{t('meter.number')}</th>
                <th>{t('meter.kind')}</th>
                <th className="num">{t('meter.last')}</th>
                <th>{t('meter.last_on')}</th>
                <th className="num">{t('meter.usage')}</th>
                {may && <th>{t('meter.reading')}</th>}
                {may && <th>{t('meter.remark')}</th>}
              </tr>
            </thead>
            <tbody>
              {rows.map(m => (
                <MeterRow
                  key={m.id}
                  meter={m}
                  typed={entry.typed[m.id] ?? nothing}
                  error={entry.error(m.id)}
                  may={may}
                  set={part => entry.set(m.id, part)}
                />
              ))}
            </tbody>
          </table>
        )}
        <More query={query} />
      </form>
    </main>
  );
}
