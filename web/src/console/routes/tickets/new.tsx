// Registering a repair: where and who, what, how urgent. With a known household it is one line and Enter.

import { useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import Input from 'antd/es/input';
import Select from 'antd/es/select';
import { type FormEvent, type KeyboardEvent, useMemo, useRef } from 'react';
import { api, data } from '../../../kit/client.ts';
import { useDraft } from '../../../kit/drafts.ts';
import { categoryName } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { Category, Grade, NewTicket } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { HouseholdAside } from './aside.tsx';
import { useCategories } from './data.ts';
import { below, type Judged, judge } from './grading.ts';
import { useHousehold, Where, type WhereDraft } from './where.tsx';

const route = getRouteApi('/console/tickets/new');
const kindsOf = ['repair', 'service', 'complaint', 'inquiry', 'suggestion', 'praise'] as const;
const channels = ['phone', 'visit', 'app', 'patrol'] as const;

export interface Draft extends WhereDraft {
  kind?: NewTicket['kind'];
  title: string;
  category?: string;
  grade?: Grade;
  channel: NewTicket['channel'];
  description: string;
  facilityId?: string | undefined;
}

/** One flat list, in the order of the tree: antd's groups are not understood by screen readers. */
function optionsOf(categories: Category[]) {
  return categories
    .filter(c => !c.parent)
    .flatMap(group =>
      categories
        .filter(c => c.parent === group.id)
        .map(c => ({
          value: c.id,
          label: categoryName(c),
          group: categoryName(group),
          find: [c.zh, c.en, group.zh, group.en, ...(c.words ?? [])].join(' ').toLowerCase(),
        })),
    );
}

function bodyOf(draft: Draft, community: string, category: string, grade: Grade): NewTicket {
  const text = (v: string) => v.trim() || undefined;
  const place =
    draft.where === 'place'
      ? { place: text(draft.place), ...(draft.facilityId ? { facilityId: draft.facilityId } : {}) }
      : draft.roomId
        ? { roomId: draft.roomId }
        : { roomLabel: text(draft.roomText) };
  const made: NewTicket = {
    community,
    kind: draft.kind ?? 'repair',
    ...place,
    category,
    grade,
    title: draft.title.trim(),
    channel: draft.channel,
  };
  if (draft.customerId) made.customerId = draft.customerId;
  const [name, mobile, description] = [text(draft.contactName), text(draft.mobile), text(draft.description)];
  if (name) made.contactName = name;
  if (mobile) made.contactMobile = mobile;
  if (description) made.description = description;
  return made;
}

interface MatterProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  categories: Category[];
  judged: Judged;
  fields: Record<string, string>;
}

function Matter({ draft, set, categories, judged, fields }: MatterProps) {
  const { category, danger } = judged;
  const { grade, floor, forced } = judged.grading;
  const options = useMemo(() => optionsOf(categories), [categories]);
  const hint = forced
    ? t('new.forced', { category: categoryName(danger ?? category) })
    : floor !== 'C'
      ? t('new.floor', { category: categoryName(category), grade: floor })
      : undefined;
  return (
    <>
      <Field label={t('new.title')} error={fields.title} required>
        {a => (
          <Input
            {...a}
            autoFocus={draft.roomId !== undefined}
            maxLength={200}
            placeholder={t('new.title.hint')}
            value={draft.title}
            onChange={e => set({ title: e.target.value })}
          />
        )}
      </Field>
      <Field
        label={t('new.category')}
        error={fields.category}
        hint={!draft.category && category ? t('new.guessed') : undefined}
        required
      >
        {a => (
          <Select
            {...a}
            value={category?.id}
            onChange={(value: string) => set({ category: value })}
            placeholder={t('new.category.hint')}
            options={options}
            optionRender={option => (
              <span className="row">
                <span className="grow">{option.label}</span>
                <span className="dim3">{option.data.group}</span>
              </span>
            )}
            showSearch={{
              filterOption: (typed, option) =>
                String((option as { find?: string } | undefined)?.find ?? '').includes(typed.toLowerCase()),
            }}
          />
        )}
      </Field>
      <Choice<Grade>
        legend={t('tickets.grade')}
        name="grade"
        value={grade}
        onChange={next => set({ grade: next })}
        error={fields.grade}
        hint={hint && <span className="warn">{hint}</span>}
        options={(['A', 'B', 'C'] as const).map(value => ({
          value,
          label: `${value} ${t(`grade.${value}.word`)}`,
          disabled: forced ? value !== grade : below(value, floor),
        }))}
      />
    </>
  );
}

/** Checks what the form knows by itself, sends it, and goes to the ticket. */
function useRegister(draft: Draft, judged: Judged, clear: () => void) {
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { category, grading } = judged;
    const wrong: Record<string, string> = {};
    if (draft.where === 'room' && !draft.roomId && !draft.roomText.trim())
      wrong.roomLabel = t('new.room.missing');
    if (draft.where === 'place' && !draft.place.trim()) wrong.place = t('new.place.missing');
    if (!draft.title.trim()) wrong.title = t('new.title.missing');
    if (!category) wrong.category = t('new.category.missing');
    if (!send.fix(wrong) || !category) return;
    const body = bodyOf(draft, community, category.id, grading.grade);
    const made = await send.run(once => data(api.POST('/tickets', { params: { header: once }, body })));
    if (!made) return;
    clear();
    for (const key of ['tickets', 'counts', 'household']) void client.invalidateQueries({ queryKey: [key] });
    toast(t('new.done', { number: made.number }));
    void navigate({ to: '/console/tickets', search: { open: made.id } });
  };
  return { send, submit };
}

function More({ draft, set, fields }: Omit<MatterProps, 'categories' | 'judged'>) {
  return (
    <>
      <Choice
        legend={t('new.channel')}
        name="channel"
        value={draft.channel}
        onChange={channel => set({ channel })}
        options={channels.map(value => ({ value, label: t(`channel.${value}`) }))}
      />
      <Field
        label={
          <>
            {t('new.description')} <span className="dim3">{t('form.optional')}</span>
          </>
        }
        error={fields.description}
      >
        {a => (
          <Input.TextArea
            {...a}
            autoSize={{ minRows: 2, maxRows: 8 }}
            placeholder={t('new.description.hint')}
            value={draft.description}
            onChange={e => set({ description: e.target.value })}
          />
        )}
      </Field>
    </>
  );
}

function useNewDraft() {
  const search = route.useSearch();
  const community = useCommunity();
  return useDraft<Draft>(`new:${community}:${search.room ?? search.facility ?? ''}`, {
    where: search.facility ? 'place' : 'room',
    facilityId: search.facility,
    roomText: '',
    roomId: search.room,
    customerId: search.customer,
    place: search.place ?? '',
    mobile: search.mobile ?? '',
    contactName: '',
    title: '',
    channel: 'phone',
    description: '',
  });
}

export function NewPage() {
  const navigate = route.useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const tree = useCategories().data;
  const categories = tree?.items ?? [];
  const [draft, setDraft, clear] = useNewDraft();
  const set = (part: Partial<Draft>) => setDraft(old => ({ ...old, ...part }));
  const household = useHousehold(draft.where === 'room' ? draft.roomId : undefined).data;
  const judged = judge(`${draft.title} ${draft.description}`, draft, categories, tree?.forced ?? []);
  const { send, submit } = useRegister(draft, judged, clear);
  const fields: Record<string, string> = {
    ...send.fields,
    roomLabel: send.fields.roomLabel ?? send.fields.roomId ?? '',
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit();
  };
  const drop = () => {
    clear();
    void navigate({ to: '/console/tickets' });
  };
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('new.heading')}</H1>
        <span className="dim">{t('new.note')}</span>
      </header>
      <div className="new-cols">
        <form ref={form} className="new-form" onSubmit={submit} onKeyDown={onKey} noValidate>
          <Choice
            legend={t('tickets.kind')}
            name="kind"
            value={draft.kind ?? 'repair'}
            onChange={kind => set({ kind })}
            options={kindsOf.map(value => ({ value, label: t(`kind.${value}`) }))}
          />
          <Where draft={draft} set={set} household={household} fields={fields} />
          <Matter draft={draft} set={set} categories={categories} judged={judged} fields={fields} />
          <More draft={draft} set={set} fields={fields} />
          <TroubleNote trouble={send.trouble} />
          <div className="row">
            <button type="submit" className="btn go" disabled={send.busy}>
              {t(send.busy ? 'form.saving' : 'new.go')} <Kbd>Ctrl ⏎</Kbd>
            </button>
            <button type="button" className="btn quiet" onClick={drop}>
              {t('new.drop')}
            </button>
            <span className="grow" />
            <span className="dim3">{t('form.draft_kept')}</span>
          </div>
        </form>
        <HouseholdAside household={household} />
      </div>
    </main>
  );
}
