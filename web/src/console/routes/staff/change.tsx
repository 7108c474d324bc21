// Asking for a change of position: the position proposes the roles.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { useDraft } from '../../../kit/drafts.ts';
import { useSend } from '../../../kit/send.ts';
import { today } from '../../../kit/time.ts';
import type { Department, Held, Position, Staff } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { AutoComplete, Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { Colleague } from './colleague.tsx';
import { useDepartments, useRoles } from './data.ts';

/** Company, regions and communities at which roles can be held. */
export function usePlaces(): { value: string; label: string; held: Omit<Held, 'role'> }[] {
  const tree = useQuery({
    queryKey: ['organisation'],
    queryFn: () => data(api.GET('/organisation')),
    staleTime: 60_000,
  }).data;
  if (!tree) return [];
  return [
    { value: '', label: t('staff.change.place.company'), held: {} },
    ...tree.regions.map(r => ({ value: r.id, label: r.name, held: { region: r.id } })),
    ...tree.communities.map(c => ({ value: c.id, label: c.name, held: { community: c.id } })),
  ];
}

interface Draft {
  position: string;
  departmentId: string;
  roles: string[];
  place: string;
  day: string;
  handOverTo: string;
  reason: string;
}

function useAsk(person: Staff, onSent: () => void, clear: () => void) {
  const client = useQueryClient();
  const send = useSend();
  const places = usePlaces();
  const ask = async (draft: Draft) => {
    const wrong: Record<string, string> = {};
    if (!draft.position.trim()) wrong.position = t('form.missing');
    if (!draft.day) wrong.day = t('form.missing');
    if (!draft.reason.trim()) wrong.reason = t('form.reason.missing');
    if (person.openTickets > 0 && !draft.handOverTo)
      wrong.handOverTo = t('staff.change.to.hint', { n: person.openTickets });
    if (!send.fix(wrong)) return;
    const place = places.find(p => p.value === draft.place)?.held ?? {};
    const body = {
      position: draft.position.trim(),
      roles: draft.roles.map(role => ({ role, ...place })),
      day: draft.day,
      reason: draft.reason.trim(),
      ...(draft.departmentId ? { departmentId: draft.departmentId } : {}),
      ...(draft.handOverTo ? { handOverTo: draft.handOverTo } : {}),
    };
    const made = await send.run(once =>
      data(
        api.POST('/staff/{id}/position-changes', { params: { path: { id: person.id }, header: once }, body }),
      ),
    );
    if (!made) return;
    clear();
    toast(t('staff.change.sent'));
    for (const key of ['staff', 'approvals', 'approval-counts'])
      await client.invalidateQueries({ queryKey: [key] });
    onSent();
  };
  return { send, ask, places };
}

interface Props {
  person: Staff;
  onSent: () => void;
  onClose: () => void;
}

/** Waits for what the position proposes: who types faster would be proposed nothing. */
export function ChangeForm(props: Props) {
  const departments = useDepartments();
  const positions = useQuery({ queryKey: ['positions'], queryFn: () => data(api.GET('/positions')) });
  if (positions.isPending || departments.isPending) return <Skeleton rows={4} />;
  return <Filled {...props} positions={positions.data?.items ?? []} departments={departments.data ?? []} />;
}

function Filled({
  person,
  onSent,
  onClose,
  positions,
  departments,
}: Props & { positions: Position[]; departments: Department[] }) {
  const [draft, setDraft, clear] = useDraft<Draft>(`position:${person.id}`, {
    position: '',
    departmentId: person.departmentId ?? '',
    roles: [],
    place: person.community,
    day: today(),
    handOverTo: '',
    reason: '',
  });
  const [proposed, setProposed] = useState(false);
  const set = (part: Partial<Draft>) => setDraft(old => ({ ...old, ...part }));
  const { send, ask, places } = useAsk(person, onSent, clear);
  const roles = useRoles().data ?? [];
  const choose = (position: string) => {
    const known = positions.find(p => p.name === position);
    const department = departments.find(d => d.kind === known?.department);
    set({
      position,
      ...(known ? { roles: known.roles, departmentId: department?.id ?? draft.departmentId } : {}),
    });
    setProposed(known !== undefined);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void ask(draft);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('staff.change.title')}>
      <p className="dim">{t('staff.change.note')}</p>
      <div className="grid-2">
        <Field label={t('staff.position')} error={send.fields.position} required>
          {a => (
            <AutoComplete
              {...a}
              value={draft.position}
              onChange={choose}
              options={positions.map(p => ({ value: p.name }))}
              showSearch={{ filterOption: (typed, option) => String(option?.value).includes(typed) }}
            />
          )}
        </Field>
        <Field label={t('staff.department')} error={send.fields.departmentId}>
          {a => (
            <Select
              {...a}
              allowClear
              value={draft.departmentId || undefined}
              onChange={(v: string | undefined) => set({ departmentId: v ?? '' })}
              options={departments.map(d => ({ value: d.id, label: d.name }))}
            />
          )}
        </Field>
        <Field
          label={t('staff.roles')}
          error={send.fields.roles}
          hint={proposed ? t('staff.change.proposed') : undefined}
        >
          {a => (
            <Select
              {...a}
              mode="multiple"
              value={draft.roles}
              onChange={(chosen: string[]) => {
                set({ roles: chosen });
                setProposed(false);
              }}
              showSearch={{ optionFilterProp: 'label' }}
              options={roles.map(r => ({ value: r.code, label: r.name }))}
            />
          )}
        </Field>
        <Field label={t('staff.change.place')}>
          {a => (
            <Select
              {...a}
              value={places.length > 0 ? draft.place : undefined}
              onChange={(place: string) => set({ place })}
              showSearch={{ optionFilterProp: 'label' }}
              options={places.map(({ value, label }) => ({ value, label }))}
            />
          )}
        </Field>
        <Field label={t('staff.change.day')} error={send.fields.day} required>
          {a => (
            <input
              {...a}
              type="date"
              className="text"
              value={draft.day}
              onChange={e => set({ day: e.target.value })}
            />
          )}
        </Field>
        <Colleague
          person={person}
          value={draft.handOverTo}
          onChange={handOverTo => set({ handOverTo })}
          error={send.fields.handOverTo}
        />
      </div>
      <Field label={t('staff.change.reason')} error={send.fields.reason} required>
        {a => (
          <Input.TextArea
            {...a}
            autoSize={{ minRows: 2, maxRows: 6 }}
            value={draft.reason}
            onChange={e => set({ reason: e.target.value })}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'staff.change.send')}
        </button>
        <button type="button" className="btn quiet" onClick={onClose}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}
