// One facility: what falls due, what was done, what it is.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { FacilityFull } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { FacilityForm } from './form.tsx';
import { today } from './list.tsx';

const entryKinds = ['inspection', 'maintenance', 'operation', 'fault', 'part'] as const;

interface Pane {
  id: string;
  onDone: (id: string) => void;
  onClose: () => void;
}

export function useKeep() {
  const client = useQueryClient();
  return (f: FacilityFull) => {
    void showNow(client, ['facility', f.id], f);
    void client.invalidateQueries({ queryKey: ['facilities'] });
  };
}

function RecordForm({ facility }: { facility: FacilityFull }) {
  const send = useSend();
  const keep = useKeep();
  const [kind, setKind] = useState<(typeof entryKinds)[number]>('inspection');
  const [check, setCheck] = useState('');
  const [result, setResult] = useState<'ok' | 'problem'>('ok');
  const [on, setOn] = useState(today());
  const [words, setWords] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const body = { kind, result, on, words, ...(check && kind === 'inspection' ? { check } : {}) };
    const made = await send.run(once =>
      data(
        api.POST('/facilities/{id}/records', { params: { path: { id: facility.id }, header: once }, body }),
      ),
    );
    if (!made) return;
    setWords('');
    keep(made);
    toast(t('facility.recorded'));
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('facility.record')}>
      <h3 className="sub">{t('facility.record')}</h3>
      <div className="pair">
        <Field label={t('facility.record.kind')}>
          {a => (
            <Select
              {...a}
              value={kind}
              onChange={setKind}
              options={entryKinds.map(value => ({ value, label: t(`facility.record.${value}`) }))}
            />
          )}
        </Field>
        <Field label={t('facility.record.on')} error={send.fields.on}>
          {a => (
            <input {...a} type="date" className="text" value={on} onChange={e => setOn(e.target.value)} />
          )}
        </Field>
      </div>
      {kind === 'inspection' && facility.checks.length > 0 && (
        <Field label={t('facility.check')} error={send.fields.check}>
          {a => (
            <Select
              {...a}
              value={check}
              onChange={setCheck}
              options={[
                { value: '', label: t('facility.check.none') },
                ...facility.checks.map(c => ({ value: c.name, label: c.name })),
              ]}
            />
          )}
        </Field>
      )}
      <Choice<'ok' | 'problem'>
        legend={t('facility.result')}
        name="result"
        value={result}
        onChange={setResult}
        options={[
          { value: 'ok', label: t('facility.result.ok') },
          { value: 'problem', label: t('facility.result.problem') },
        ]}
      />
      <Field label={t('facility.words')} error={send.fields.words}>
        {a => <Input.TextArea {...a} rows={2} value={words} onChange={e => setWords(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn" disabled={send.busy}>
          {t('facility.record.do')}
        </button>
      </p>
    </form>
  );
}

function Checks({ facility }: { facility: FacilityFull }) {
  if (facility.checks.length === 0) return <p className="dim3">{t('facility.checks.none')}</p>;
  return (
    <ul className="lines">
      {facility.checks.map(c => (
        <li key={c.id}>
          <span className="grow">
            {c.name}{' '}
            {c.kind === 'statutory' && <span className="tag care">{t('facility.check.statutory')}</span>}
          </span>
          <span className="dim3">{t('facility.check.every', { n: c.months })}</span>
          <span className={c.nextOn && c.nextOn < today() ? 'warn' : 'dim'}>{c.nextOn ?? '–'}</span>
        </li>
      ))}
    </ul>
  );
}

function Faults({ id }: { id: string }) {
  const query = useQuery({
    queryKey: ['tickets', 'of-facility', id],
    queryFn: () => data(api.GET('/tickets', { params: { query: { facility: id, limit: 20 } } })),
    enabled: useCan()('ticket.view'),
  });
  const rows = query.data?.items ?? [];
  if (rows.length === 0) return null;
  return (
    <section>
      <h3 className="sub">{t('facility.faults')}</h3>
      <ul className="lines">
        {rows.map(row => (
          <li key={row.id}>
            <span className="grow cut">
              <Link to="/console/tickets/$id" params={{ id: row.id }}>
                {row.title}
              </Link>
            </span>
            <span className="dim3">{t(`status.${row.status}`)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ facility, onEdit }: { facility: FacilityFull; onEdit: () => void }) {
  const can = useCan();
  const rows: [string, string | undefined][] = [
    [t('facility.kind'), t(`facility.kind.${facility.kind}`)],
    [t('facility.place'), facility.place],
    [t('facility.serves'), facility.serves],
    [t('facility.maker'), [facility.maker, facility.model].filter(Boolean).join(' ')],
    [t('facility.installedOn'), facility.installedOn],
    [t('facility.warrantyUntil'), facility.warrantyUntil],
    [t('facility.contractor'), [facility.contractor, facility.contractorPhone].filter(Boolean).join(' ')],
    [t('facility.notes'), facility.notes],
  ];
  return (
    <>
      <p className="row">
        <span className={facility.state === 'fault' ? 'tag amber' : 'tag'}>
          {t(`facility.state.${facility.state}`)}
        </span>
        <span className="grow" />
        {can('ticket.open') && (
          <Link
            className="btn"
            to="/console/tickets/new"
            search={{ facility: facility.id, place: `${facility.name} ${facility.place}`.trim() }}
          >
            {t('facility.report')}
          </Link>
        )}
        {can('facility.edit') && (
          <button type="button" className="btn" onClick={onEdit}>
            {t('facility.edit')}
          </button>
        )}
      </p>
      <dl className="facts tall">
        {rows
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <section>
        <h3 className="sub">{t('facility.checks')}</h3>
        <Checks facility={facility} />
      </section>
      {facility.parts.length > 0 && (
        <section>
          <h3 className="sub">{t('facility.parts')}</h3>
          <ul className="lines">
            {facility.parts.map(p => (
              <li key={p.id}>
                <span className="grow">
                  {p.name} <span className="dim">{p.spec}</span>
                </span>
                <span>× {p.quantity}</span>
                <span className="dim3">{p.replacedOn ?? ''}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Faults id={facility.id} />
      {can('facility.record') && facility.state !== 'scrapped' && <RecordForm facility={facility} />}
      <section>
        <h3 className="sub">{t('facility.records')}</h3>
        {facility.records.length === 0 && <p className="dim3">{t('facility.records.none')}</p>}
        <ul className="lines">
          {facility.records.map(r => (
            <li key={r.id}>
              <span className="dim3 nw">{r.on}</span>
              <span className="grow">
                {t(`facility.record.${r.kind}`)} {r.check} {r.words}
              </span>
              <span className={r.result === 'problem' ? 'warn nw' : 'dim nw'}>
                {t(`facility.result.${r.result}`)}
              </span>
              <span className="dim3 nw">{r.by}</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

export function FacilityPane({ id, onDone, onClose }: Pane) {
  const [editing, setEditing] = useState(id === 'new');
  const query = useQuery({
    queryKey: ['facility', id],
    queryFn: () => data(api.GET('/facilities/{id}', { params: { path: { id } } })),
    enabled: id !== 'new',
  });
  const close = () => (id === 'new' ? onClose() : setEditing(false));
  return (
    <aside className="state-side" aria-label={t('housing.facilities')}>
      <h2>{id === 'new' ? t('facility.new') : (query.data?.name ?? '…')}</h2>
      <ErrorNote query={query} />
      {id !== 'new' && query.isPending && <Skeleton rows={8} />}
      {(id === 'new' || query.data) && editing && (
        <FacilityForm
          facility={query.data}
          onDone={f => {
            setEditing(false);
            onDone(f.id);
          }}
          onClose={close}
        />
      )}
      {query.data && !editing && <Facts facility={query.data} onEdit={() => setEditing(true)} />}
    </aside>
  );
}
