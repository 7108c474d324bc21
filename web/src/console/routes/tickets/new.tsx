// Registering a repair: where and who, what, how urgent. With a known household it is one line and Enter.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, type KeyboardEvent, useMemo, useRef } from 'react';
import { api, data } from '../../../kit/client.ts';
import { useDraft } from '../../../kit/drafts.ts';
import { categoryName } from '../../../kit/format.ts';
import { type Lang, useLang } from '../../../kit/i18n.ts';
import { useSend } from '../../../kit/send.ts';
import type { Category, Grade, NewTicket, Triage } from '../../../kit/types.ts';
import { slotOf } from '../../../kit/visits.tsx';
import { useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { HouseholdAside } from './aside.tsx';
import { triageOf, useCategories } from './data.ts';
import { below, type Judged, judge, proposedSide } from './grading.ts';
import { TwinsBefore } from './twins.tsx';
import { SlotSelect, useSlots } from './visit.tsx';
import { useHousehold, useSettled, Where, type WhereDraft } from './where.tsx';

const route = getRouteApi('/console/tickets/new');
const kindsOf = ['repair', 'service', 'complaint', 'inquiry', 'suggestion', 'praise'] as const;
const channels = ['phone', 'visit', 'app', 'patrol'] as const;

export interface Draft extends WhereDraft {
  kind?: NewTicket['kind'];
  title: string;
  category?: string;
  /** Which side of a fee it is about. */
  facet?: string | undefined;
  grade?: Grade;
  channel: NewTicket['channel'];
  description: string;
  facilityId?: string | undefined;
  /** Why words that sound like an emergency are none. */
  notForced?: string;
  /** The window in which somebody is to come. */
  visit?: string;
  /** When the customer would like somebody to come, where no window suits. */
  wished?: string;
  /** The ended ticket whose matter it takes up. */
  earlierId?: string | undefined;
  /** Help from afar would do: a visit then needs the leader's yes. */
  remote?: boolean;
}

/** One flat list, in the order of the tree: antd's groups are not understood by screen readers. */
function optionsOf(categories: Category[], lang: Lang) {
  return categories
    .filter(c => !c.parent)
    .flatMap(group =>
      categories
        .filter(c => c.parent === group.id && !c.hidden)
        .map(c => ({
          value: c.id,
          label: c[lang],
          group: group[lang],
          find: [c.zh, c.en, group.zh, group.en, ...(c.words ?? [])].join(' ').toLowerCase(),
        })),
    );
}

/** Whether somebody is sent for it. */
const goes = (kind: NewTicket['kind']) => kind === 'repair' || kind === 'service' || kind === 'complaint';

function bodyOf(
  draft: Draft,
  community: string,
  of: Category,
  grade: Grade,
  kind: NewTicket['kind'],
): NewTicket {
  const category = of.id;
  const text = (v: string) => v.trim() || undefined;
  const place =
    draft.where === 'place'
      ? { place: text(draft.place), ...(draft.facilityId ? { facilityId: draft.facilityId } : {}) }
      : draft.roomId
        ? { roomId: draft.roomId }
        : { roomLabel: text(draft.roomText) };
  const made: NewTicket = {
    community,
    kind: draft.kind ?? kind,
    ...place,
    category,
    grade,
    title: draft.title.trim(),
    channel: draft.channel,
  };
  if (draft.facet && of.facets?.some(f => f.id === draft.facet)) made.facet = draft.facet;
  if (draft.customerId) made.customerId = draft.customerId;
  const [name, mobile, description] = [text(draft.contactName), text(draft.mobile), text(draft.description)];
  if (name) made.contactName = name;
  if (mobile) made.contactMobile = mobile;
  if (description) made.description = description;
  const why = text(draft.notForced ?? '');
  if (why && grade !== 'A') made.notForced = why;
  if (draft.remote && goes(made.kind) && grade !== 'A') made.remote = true;
  else if (draft.visit && goes(made.kind)) made.visit = slotOf(draft.visit);
  if (draft.earlierId) made.earlierId = draft.earlierId;
  const wished = text(draft.wished ?? '');
  if (wished && !made.visit && goes(made.kind)) made.wished = wished;
  return made;
}

interface MatterProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  categories: Category[];
  judged: Judged;
  triage: Triage | undefined;
  fields: Record<string, string>;
}

/** Whose word the proposed category is. */
function sourceOf(draft: Draft, { category }: Judged, triage: Triage | undefined) {
  if (draft.category || !category) return undefined;
  if (triage?.by !== 'model' || triage.category !== category.id) return t('new.guessed');
  return t('new.learned', {
    n: (triage.learned ?? 0).toLocaleString(),
    sure: String(Math.round((triage.sure ?? 0) * 100)),
  });
}

function Matter({ draft, set, categories, judged, triage, fields }: MatterProps) {
  const { category, danger, calm } = judged;
  const { grade, floor, forced } = judged.grading;
  const lang = useLang();
  const options = useMemo(() => optionsOf(categories, lang), [categories, lang]);
  const side = proposedSide(category, draft.facet, triage);
  const hint = forced
    ? t('new.forced', { category: categoryName(category) })
    : danger && !calm
      ? t('new.danger', { matter: categoryName(danger) })
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
        hint={sourceOf(draft, judged, triage)}
        required
      >
        {a => (
          <Select
            {...a}
            value={category?.id}
            onChange={(value: string) => set({ category: value, facet: undefined })}
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
      {category?.facets && (
        <Choice
          legend={`${t('ticket.facet')} ${t('form.optional')}`}
          name="facet"
          value={draft.facet ?? ''}
          onChange={facet => set({ facet: facet || undefined })}
          error={fields.facet}
          hint={
            side && (
              <button
                type="button"
                className="link"
                aria-keyshortcuts="Alt+Y"
                onClick={() => set({ facet: side.id })}
              >
                {t(triage?.facetBy === 'model' ? 'new.side.learned' : 'new.side', {
                  side: categoryName(side),
                })}{' '}
                <Kbd>Alt Y</Kbd>
              </button>
            )
          }
          options={[
            { value: '', label: t('ticket.facet.none') },
            ...category.facets.map(f => ({ value: f.id, label: categoryName(f) })),
          ]}
        />
      )}
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
      {danger && (calm || fields.notForced) && (
        <Field label={t('new.calm', { matter: categoryName(danger) })} error={fields.notForced} required>
          {a => (
            <Input
              {...a}
              maxLength={200}
              placeholder={t('new.calm.hint')}
              value={draft.notForced ?? ''}
              onChange={e => set({ notForced: e.target.value })}
            />
          )}
        </Field>
      )}
    </>
  );
}

const wordsOf = (draft: Draft) => `${draft.title} ${draft.description}`;

/** Checks what the form knows by itself, sends it, and goes to the ticket. */
function useRegister(draft: Draft, categories: Category[], clear: () => void) {
  const navigate = route.useNavigate();
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    // The words as they are now, also if they were typed a moment ago; without an answer the server judges on its own.
    const heard = await client
      .fetchQuery(triageOf(community, draft.title.trim(), draft.description.trim()))
      .catch(() => undefined);
    const { category, grading, danger, calm } = judge(wordsOf(draft), draft, categories, heard);
    const wrong: Record<string, string> = {};
    if (danger && calm && !draft.notForced?.trim())
      wrong.notForced = t('new.calm.missing', { matter: categoryName(danger) });
    if (draft.where === 'room' && !draft.roomId && !draft.roomText.trim())
      wrong.roomLabel = t('new.room.missing');
    if (draft.where === 'place' && !draft.place.trim()) wrong.place = t('new.place.missing');
    if (!draft.title.trim()) wrong.title = t('new.title.missing');
    if (!category) wrong.category = t('new.category.missing');
    if (!send.fix(wrong) || !category) return;
    const body = bodyOf(draft, community, category, grading.grade, heard?.kind ?? 'repair');
    const made = await send.run(once => data(api.POST('/tickets', { params: { header: once }, body })));
    if (!made) return;
    clear();
    for (const key of ['tickets', 'counts', 'household']) void client.invalidateQueries({ queryKey: [key] });
    toast(t('new.done', { number: made.number }));
    void navigate({ to: '/console/tickets', search: { open: made.id } });
  };
  return { send, submit };
}

function Visit({
  category,
  draft,
  set,
  fields,
}: Pick<MatterProps, 'draft' | 'set' | 'fields'> & { category: string }) {
  const community = useCommunity();
  const slots = useSlots({ community, category });
  return (
    <Field
      label={
        <>
          {t('visit.slot')} <span className="dim3">{t('form.optional')}</span>
        </>
      }
      error={fields['visit.slot'] ?? fields['visit.day']}
    >
      {a => (
        <SlotSelect
          {...a}
          slots={slots.data ?? []}
          value={draft.visit ?? ''}
          onChange={visit => set({ visit })}
          none={t('visit.slot.none')}
        />
      )}
    </Field>
  );
}

function More({ draft, set, fields }: Omit<MatterProps, 'categories' | 'judged' | 'triage'>) {
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
  return useDraft<Draft>(`new:${community}:${search.earlier ?? search.room ?? search.facility ?? ''}`, {
    earlierId: search.earlier,
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

/** Asks what the words mean when nothing was typed for a moment. */
function useTriage(draft: Draft): Triage | undefined {
  const community = useCommunity();
  const title = useSettled(draft.title.trim());
  const description = useSettled(draft.description.trim());
  return useQuery(triageOf(community, title, description)).data;
}

/** Another household, or another matter taken up, is another draft. */
export function NewPage() {
  return <Registration key={JSON.stringify(route.useSearch())} />;
}

function Registration() {
  const navigate = route.useNavigate();
  const { number } = route.useSearch();
  const form = useRef<HTMLFormElement>(null);
  const tree = useCategories().data;
  const categories = tree?.items ?? [];
  const [draft, setDraft, clear] = useNewDraft();
  const community = useCommunity();
  const set = (part: Partial<Draft>) => setDraft(old => ({ ...old, ...part }));
  const household = useHousehold(draft.where === 'room' ? draft.roomId : undefined).data;
  const triage = useTriage(draft);
  const judged = judge(wordsOf(draft), draft, categories, triage);
  const { send, submit } = useRegister(draft, categories, clear);
  const fields: Record<string, string> = {
    ...send.fields,
    roomLabel: send.fields.roomLabel ?? send.fields.roomId ?? '',
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit();
    const side = proposedSide(judged.category, draft.facet, triage);
    // By its place: with Alt some keyboards make another letter of it.
    if (side && event.altKey && event.code === 'KeyY') {
      event.preventDefault();
      set({ facet: side.id });
    }
  };
  const drop = () => {
    clear();
    void navigate({ to: '/console/tickets' });
  };
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{t('new.heading')}</H1>
        <span className="dim">
          {draft.earlierId ? t('new.takes_up', { number: number ?? '' }) : t('new.note')}
        </span>
      </header>
      <div className="new-cols">
        <form ref={form} className="new-form" onSubmit={submit} onKeyDown={onKey} noValidate>
          <Choice
            legend={t('tickets.kind')}
            name="kind"
            value={draft.kind ?? triage?.kind ?? 'repair'}
            onChange={kind => set({ kind })}
            options={kindsOf.map(value => ({ value, label: t(`kind.${value}`) }))}
          />
          <Where draft={draft} set={set} household={household} fields={fields} />
          <Matter
            draft={draft}
            set={set}
            categories={categories}
            judged={judged}
            triage={triage}
            fields={fields}
          />
          <TwinsBefore
            community={community}
            roomId={draft.where === 'room' ? draft.roomId : undefined}
            place={draft.where === 'place' ? draft.place.trim() : undefined}
            category={judged.category?.id}
            title={draft.title.trim()}
          />
          {judged.category && goes(draft.kind ?? triage?.kind ?? 'repair') && (
            <>
              {judged.grading.grade !== 'A' && (
                <label className="row">
                  <input
                    type="checkbox"
                    checked={draft.remote ?? false}
                    onChange={e => set({ remote: e.target.checked })}
                  />
                  {t('remote.new')}
                </label>
              )}
              {!(draft.remote && judged.grading.grade !== 'A') && (
                <Visit category={judged.category.id} draft={draft} set={set} fields={fields} />
              )}
              {!draft.visit && (
                <Field
                  label={
                    <>
                      {t('new.wished')} <span className="dim3">{t('form.optional')}</span>
                    </>
                  }
                  error={fields.wished}
                >
                  {a => (
                    <Input
                      {...a}
                      maxLength={60}
                      placeholder={t('new.wished.hint')}
                      value={draft.wished ?? ''}
                      onChange={e => set({ wished: e.target.value })}
                    />
                  )}
                </Field>
              )}
            </>
          )}
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
