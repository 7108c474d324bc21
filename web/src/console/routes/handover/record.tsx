// What is looked at in a room, what was handed out, what the meters show.
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, base, data, match, upload } from '../../../kit/client.ts';
import { type Newer, type Newest, useEdit } from '../../../kit/edit.ts';
import { explain } from '../../../kit/explain.ts';
import { currentLang } from '../../../kit/i18n.ts';
import { Icon } from '../../../kit/icons.tsx';
import { shrink } from '../../../kit/image.ts';
import { useSend } from '../../../kit/send.ts';
import type { Handover, HandoverItem, HandoverRecord } from '../../../kit/types.ts';
import { Choice, Field, NewerNote } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

type Kind = HandoverRecord['readings'][number]['kind'];
const meters = ['water', 'electricity', 'gas', 'heat', 'hot_water'] as const satisfies Kind[];

interface Line {
  result: '' | 'ok' | 'defect';
  note: string;
}

interface Values {
  keys: { kind: string; n: string }[];
  readings: { kind: Kind; number: string; value: string }[];
  documents: string;
  notes: string;
}

type Lines = Record<string, Line>;

const linesOf = (one: Handover): Lines =>
  Object.fromEntries(one.items.map(i => [i.id, { result: i.result as Line['result'], note: i.note }]));

const valuesOf = (one: Handover): Values => ({
  keys: one.keys.length > 0 ? one.keys.map(k => ({ kind: k.kind, n: String(k.n) })) : [{ kind: '', n: '' }],
  readings:
    one.readings.length > 0 ? one.readings.map(r => ({ ...r })) : [{ kind: 'water', number: '', value: '' }],
  documents: one.documents.join('\n'),
  notes: one.notes,
});

const bodyOf = (lines: Lines, v: Values): HandoverRecord => ({
  items: Object.entries(lines).map(([id, line]) => ({ id, ...line })),
  keys: v.keys.filter(k => k.kind.trim()).map(k => ({ kind: k.kind.trim(), n: Number(k.n) || 0 })),
  readings: v.readings
    .filter(r => r.value.trim())
    .map(r => ({ kind: r.kind, number: r.number.trim(), value: r.value.trim() })),
  documents: v.documents
    .split('\n')
    .map(d => d.trim())
    .filter(Boolean),
  notes: v.notes,
});

function Shots({ item, may, refresh }: { item: HandoverItem; may: boolean; refresh: () => void }) {
  const [busy, setBusy] = useState(false);
  const name = currentLang() === 'en' && item.en ? item.en : item.zh;
  const take = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    try {
      await upload(`/handover-items/${item.id}/photos`, await shrink(file), 'photo.jpg');
      refresh();
    } catch (error) {
      toast(explain(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="shots">
      {item.photos.map((p, at) => (
        <a key={p.id} href={`${base}/handover-photos/${p.id}`} target="_blank" rel="noreferrer">
          <img src={`${base}/handover-photos/${p.id}`} alt={t('handover.photo.of', { name, n: at + 1 })} />
        </a>
      ))}
      {may && (
        <label className="btn file">
          <Icon name="camera" />
          {t(busy ? 'photo.sending' : 'handover.photo')}
          <input
            type="file"
            accept="image/*"
            aria-label={t('handover.photo.for', { name })}
            disabled={busy}
            onChange={e => {
              void take(e.target.files?.[0]);
              e.target.value = '';
            }}
          />
        </label>
      )}
    </div>
  );
}

function Mended({ item, refresh }: { item: HandoverItem; refresh: () => void }) {
  const client = useQueryClient();
  const put = async (mended: boolean) => {
    try {
      await api.PUT('/handover-items/{id}/mended', { params: { path: { id: item.id } }, body: { mended } });
      if (mended) toast(t('handover.mended.done'), () => void put(false));
    } catch (error) {
      toast(explain(error));
    }
    await client.invalidateQueries({ queryKey: ['handover'] });
    refresh();
  };
  if (item.fixedOn) return <span className="dim">{t('handover.mended.on', { day: item.fixedOn })}</span>;
  return (
    <button type="button" className="btn quiet" onClick={() => void put(true)}>
      {t('handover.mended')}
    </button>
  );
}

interface LineProps {
  item: HandoverItem;
  line: Line;
  newer: Newer | undefined;
  may: boolean;
  edit: boolean;
  error: string | undefined;
  set: (line: Line) => void;
  refresh: () => void;
}

function CheckLine({ item, line, newer, may, edit, error, set, refresh }: LineProps) {
  const name = currentLang() === 'en' && item.en ? item.en : item.zh;
  const bad = line.result === 'defect';
  return (
    <li className="check-line">
      <span>
        {name}{' '}
        <span className="dim3">
          {item.warrantyTo
            ? t('handover.warranty', { day: item.warrantyTo })
            : t('handover.months', { n: item.warrantyMonths })}
        </span>
      </span>
      {edit ? (
        <Choice<'ok' | 'defect'>
          legend={name}
          quietLegend
          name={item.id}
          value={line.result || undefined}
          onChange={result => set({ ...line, result })}
          options={[
            { value: 'ok', label: t('handover.ok') },
            { value: 'defect', label: t('handover.defect') },
          ]}
        />
      ) : (
        <span className={bad ? 'tag amber' : 'tag'}>
          {line.result === '' ? t('handover.unlooked') : t(`handover.${line.result}`)}
        </span>
      )}
      <span>
        {bad && edit && (
          <Field label={t('handover.note')} error={error} required>
            {a => <Input {...a} value={line.note} onChange={e => set({ ...line, note: e.target.value })} />}
          </Field>
        )}
        {!edit && line.note}
        <NewerNote of={newer} />
      </span>
      {(item.photos.length > 0 || (bad && may)) && <Shots item={item} may={may} refresh={refresh} />}
      {item.result === 'defect' && !edit && <Mended item={item} refresh={refresh} />}
    </li>
  );
}

function Handed({
  values,
  set,
  fields,
  newer,
}: {
  values: Values;
  set: (part: Partial<Values>) => void;
  fields: Record<string, string>;
  newer: Newest<Values>;
}) {
  const key = (at: number, part: Partial<Values['keys'][number]>) =>
    set({ keys: values.keys.map((k, i) => (i === at ? { ...k, ...part } : k)) });
  const reading = (at: number, part: Partial<Values['readings'][number]>) =>
    set({ readings: values.readings.map((r, i) => (i === at ? { ...r, ...part } : r)) });
  return (
    <>
      <h3 className="sub">{t('handover.keys')}</h3>
      <NewerNote of={newer.keys} />
      {values.keys.map((k, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines never move
        <div key={at} className="row">
          <Input
            aria-label={t('handover.key.kind', { n: at + 1 })}
            placeholder={t('handover.key.example')}
            value={k.kind}
            onChange={e => key(at, { kind: e.target.value })}
          />
          <Input
            aria-label={t('handover.key.n', { n: at + 1 })}
            inputMode="numeric"
            className="text time"
            value={k.n}
            onChange={e => key(at, { n: e.target.value.replace(/\D/g, '') })}
          />
        </div>
      ))}
      <p>
        <button
          type="button"
          className="link"
          onClick={() => set({ keys: [...values.keys, { kind: '', n: '1' }] })}
        >
          {t('handover.key.more')}
        </button>
      </p>
      <h3 className="sub">{t('handover.readings')}</h3>
      <NewerNote of={newer.readings} />
      {values.readings.map((r, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines never move
        <div key={at} className="row">
          <select
            className="pick"
            aria-label={t('handover.meter', { n: at + 1 })}
            value={r.kind}
            onChange={e => reading(at, { kind: e.target.value as Kind })}
          >
            {meters.map(m => (
              <option key={m} value={m}>
                {t(`handover.meter.${m}`)}
              </option>
            ))}
          </select>
          <Input
            aria-label={t('handover.meter.number', { n: at + 1 })}
            placeholder={t('handover.meter.number.example')}
            value={r.number}
            onChange={e => reading(at, { number: e.target.value })}
          />
          <Input
            aria-label={t('handover.meter.value', { n: at + 1 })}
            inputMode="decimal"
            placeholder="0.000"
            value={r.value}
            aria-invalid={fields[`readings[${at}].value`] ? true : undefined}
            onChange={e => reading(at, { value: e.target.value })}
          />
        </div>
      ))}
      <p>
        <button
          type="button"
          className="link"
          onClick={() =>
            set({ readings: [...values.readings, { kind: 'electricity', number: '', value: '' }] })
          }
        >
          {t('handover.meter.more')}
        </button>
      </p>
      <Field
        label={t('handover.documents')}
        hint={t('handover.documents.hint')}
        newer={newer.documents}
        error={Object.entries(fields).find(([name]) => name.startsWith('documents'))?.[1]}
      >
        {a => (
          <Input.TextArea
            {...a}
            autoSize={{ minRows: 2, maxRows: 6 }}
            value={values.documents}
            onChange={e => set({ documents: e.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function Shown({ one }: { one: Handover }) {
  const facts = [
    one.keys.length > 0 &&
      `${t('handover.keys')}${t('said.colon')}${one.keys.map(k => `${k.kind} × ${k.n}`).join(t('why.join'))}`,
    one.readings.length > 0 &&
      `${t('handover.readings')}${t('said.colon')}${one.readings.map(r => `${t(`handover.meter.${r.kind}`)} ${r.number} ${r.value}`).join(t('why.join'))}`,
    one.documents.length > 0 &&
      `${t('handover.documents')}${t('said.colon')}${one.documents.join(t('why.join'))}`,
  ].filter(Boolean);
  return (
    <ul>
      {facts.map(f => (
        <li key={String(f)}>{f}</li>
      ))}
    </ul>
  );
}

export function RecordForm({ one, may, refresh }: { one: Handover; may: boolean; refresh: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [lines, setLines, edit] = useEdit(linesOf(one));
  const [values, set, rest] = useEdit(valuesOf(one));
  const [open, setOpen] = useState(one.state === 'appointed');
  const writes = may && open;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(() =>
      data(
        api.PUT('/handovers/{id}/record', {
          params: { path: { id: one.id }, header: match(one.version) },
          body: bodyOf(lines, values),
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    rest.saved();
    if (made.state !== 'appointed') setOpen(false);
    toast(t(made.state === 'inspected' ? 'handover.looked' : 'housing.saved'));
    await client.invalidateQueries({ queryKey: ['handover'] });
  };
  const allRight = () =>
    setLines(old =>
      Object.fromEntries(
        Object.entries(old).map(([id, line]) => [
          id,
          line.result ? line : { ...line, result: 'ok' as const },
        ]),
      ),
    );
  return (
    <form onSubmit={submit} noValidate aria-label={t('handover.checklist')}>
      <div className="row">
        <h2 className="sub grow">{t('handover.checklist')}</h2>
        {writes && (
          <button type="button" className="link" onClick={allRight}>
            {t('handover.all_right')}
          </button>
        )}
        {may && !open && (
          <button type="button" className="link" onClick={() => setOpen(true)}>
            {t('housing.edit')}
          </button>
        )}
      </div>
      <ul>
        {one.items.map((item, at) => (
          <CheckLine
            key={item.id}
            item={item}
            line={lines[item.id] ?? { result: '', note: '' }}
            newer={edit.newer[item.id]}
            may={may}
            edit={writes}
            error={send.fields[`items[${at}].note`]}
            set={line => setLines({ [item.id]: line })}
            refresh={refresh}
          />
        ))}
      </ul>
      {writes ? (
        <div className="stack">
          <Handed values={values} set={set} fields={send.fields} newer={rest.newer} />
          <TroubleNote trouble={send.trouble} />
          <p>
            <button type="submit" className="btn go" disabled={send.busy}>
              {t(send.busy ? 'form.saving' : 'handover.record')}
            </button>
          </p>
        </div>
      ) : (
        <Shown one={one} />
      )}
    </form>
  );
}
