// What an authority said, as it is written down or put right.
import { useQuery } from '@tanstack/react-query';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { type Newest, useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { ChargeInspection } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/inspect.ts';
import { inspectionKinds, useStale } from './data.ts';

const texts = ['authority', 'number', 'day', 'finding', 'refund', 'fine', 'dueOn'] as const;
type Text = Record<(typeof texts)[number], string>;
type Picked = { kind: ChargeInspection['kind']; items: string[]; assigneeId?: string; fixId?: string };

const begun = (of: ChargeInspection | undefined): Text => ({
  authority: of?.authority ?? '',
  number: of?.number ?? '',
  day: of?.day ?? '',
  finding: of?.finding ?? '',
  refund: of?.refund ?? '0',
  fine: of?.fine ?? '0',
  dueOn: of?.dueOn ?? '',
});

function Pick({
  community,
  picked,
  set,
  fields,
  newer,
}: {
  community: string;
  picked: Picked;
  set: (part: Partial<Picked>) => void;
  fields: Partial<Record<string, string>>;
  newer: Newest<Picked>;
}) {
  const params = { params: { query: { community } } };
  const items = useQuery({
    queryKey: ['charges', community],
    queryFn: () => data(api.GET('/charges', params)),
  });
  const people = useQuery({
    queryKey: ['staff', community, 'inspections'],
    queryFn: () => data(api.GET('/staff', params)),
  });
  const fixes = useQuery({
    queryKey: ['bill-fixes', community, 'inspections'],
    queryFn: () => data(api.GET('/bill-fixes', params)),
  });
  const names = new Map((items.data?.items ?? []).map(i => [i.id, i.name]));
  return (
    <>
      <Field label={t('inspect.items')} error={fields.items} newer={newer.items}>
        {a => (
          <Select<string[]>
            {...a}
            mode="multiple"
            value={picked.items}
            onChange={value => set({ items: value })}
            options={[...names].map(([value, label]) => ({ value, label }))}
          />
        )}
      </Field>
      <Field label={t('inspect.assignee')} error={fields.assigneeId} newer={newer.assigneeId} required>
        {a => (
          <Select<string>
            {...a}
            showSearch={{ optionFilterProp: 'label' }}
            {...(picked.assigneeId ? { value: picked.assigneeId } : {})}
            onChange={value => set({ assigneeId: value })}
            options={(people.data?.items ?? []).map(s => ({ value: s.id, label: s.name }))}
          />
        )}
      </Field>
      <Field label={t('inspect.fix')} error={fields.fixId} newer={newer.fixId} hint={t('inspect.fix.hint')}>
        {a => (
          <Select<string | undefined>
            {...a}
            allowClear
            {...(picked.fixId ? { value: picked.fixId } : {})}
            onChange={value => set(value ? { fixId: value } : { fixId: '' })}
            options={(fixes.data?.items ?? []).map(f => ({
              value: f.id,
              label: `${names.get(f.itemId) ?? ''} ${f.first} – ${f.last} · ${t(`fix.state.${f.state}`)}`,
            }))}
          />
        )}
      </Field>
    </>
  );
}

export function InspectionForm({
  community,
  of,
  onDone,
}: {
  community: string;
  of?: ChargeInspection;
  onDone: (id: string) => void;
}) {
  const send = useSend();
  const stale = useStale('charge-inspection');
  const [text, setText, edit] = useEdit(begun(of));
  const [picked, setPicked, chosen] = useEdit<Picked>({
    kind: of?.kind ?? 'inspection',
    items: of?.items ?? [],
    ...(of ? { assigneeId: of.assigneeId, ...(of.fixId ? { fixId: of.fixId } : {}) } : {}),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    for (const name of texts) if (!text[name].trim()) missing[name] = t('form.missing');
    for (const name of ['refund', 'fine'] as const)
      if (!/^\d{1,9}(\.\d{1,2})?$/.test(text[name])) missing[name] = t('shared.amount.wrong');
    const { assigneeId, fixId, kind, items } = picked;
    if (!assigneeId) missing.assigneeId = t('form.missing');
    if (!send.fix(missing) || !assigneeId) return;
    const body = { ...text, kind, items, assigneeId, ...(fixId ? { fixId } : {}) };
    const made = await send.run(once =>
      of
        ? data(
            api.PUT('/charge-inspections/{id}', {
              params: { path: { id: of.id }, header: { ...match(of.version), ...once } },
              body,
            }),
          )
        : data(api.POST('/charge-inspections', { params: { header: once }, body: { community, ...body } })),
    );
    if (!made) return;
    toast(t('inspect.kept'));
    stale();
    onDone(made.id);
  };
  const input = (name: keyof Text, label: string, more: object = {}) => (
    <Field label={label} error={send.fields[name]} newer={edit.newer[name]} required>
      {a => <Input {...a} {...more} value={text[name]} onChange={e => setText({ [name]: e.target.value })} />}
    </Field>
  );
  return (
    <form
      className="stack"
      onSubmit={submit}
      noValidate
      aria-label={t(of ? 'inspect.change' : 'inspect.new')}
    >
      {!of && <h2>{t('inspect.new')}</h2>}
      <Field label={t('inspect.kind')} error={send.fields.kind} newer={chosen.newer.kind} required>
        {a => (
          <Select<ChargeInspection['kind']>
            {...a}
            value={picked.kind}
            onChange={kind => setPicked({ kind })}
            options={inspectionKinds.map(value => ({ value, label: t(`inspect.kind.${value}`) }))}
          />
        )}
      </Field>
      {input('authority', t('inspect.authority'))}
      {input('number', t('inspect.number'))}
      {input('day', t('inspect.day'), { type: 'date' })}
      <Field label={t('inspect.finding')} error={send.fields.finding} newer={edit.newer.finding} required>
        {a => (
          <Input.TextArea
            {...a}
            rows={3}
            value={text.finding}
            onChange={e => setText({ finding: e.target.value })}
          />
        )}
      </Field>
      {input('refund', t('inspect.refund'), { inputMode: 'decimal' })}
      {input('fine', t('inspect.fine'), { inputMode: 'decimal' })}
      {input('dueOn', t('inspect.due'), { type: 'date' })}
      <Pick community={community} picked={picked} set={setPicked} fields={send.fields} newer={chosen.newer} />
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(of ? 'inspect.change' : 'inspect.enter')}
        </button>
      </p>
    </form>
  );
}
