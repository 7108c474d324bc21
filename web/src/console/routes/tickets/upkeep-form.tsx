// The form of recurring work, begun from an example if there is one, and that of a day that is left out (TIC-13).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { categoryName } from '../../../kit/format.ts';
import { currentLang } from '../../../kit/i18n.ts';
import { addDays, dayText } from '../../../kit/roster.ts';
import { useSend } from '../../../kit/send.ts';
import { today } from '../../../kit/time.ts';
import type { UpkeepDraft, UpkeepExample, UpkeepPlan } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useCategories } from './data.ts';

const units = ['day', 'week', 'month', 'year'] as const;
const grades = ['A', 'B', 'C'] as const;

/** A day by its weekday, with the year where it is another one. */
export const dayNamed = (day: string): string => dayText(day, day.slice(0, 4) !== today().slice(0, 4));

/** The next time a month and day come. */
function onNext(day: string): string {
  const now = today();
  const thisYear = `${now.slice(0, 4)}-${day}`;
  return thisYear >= now ? thisYear : `${Number(now.slice(0, 4)) + 1}-${day}`;
}

function useFacilities() {
  const community = useCommunity();
  return useQuery({
    queryKey: ['facilities', 'pick', community],
    queryFn: async () =>
      (await data(api.GET('/facilities', { params: { query: { community, limit: 200 } } }))).items,
    enabled: useCan()('facility.view'),
  });
}

interface Props {
  plan: UpkeepPlan | undefined;
  examples: UpkeepExample[];
  close: () => void;
}

const fresh: UpkeepDraft = {
  title: '',
  words: '',
  kind: 'service',
  category: '',
  grade: 'C',
  place: '',
  every: 1,
  unit: 'month',
  start: '',
  active: true,
};

export function UpkeepForm({ plan, examples, close }: Props) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const tree = useCategories().data?.items ?? [];
  const facilities = useFacilities().data ?? [];
  const [tomorrow] = useState(() => addDays(today(), 1));
  const [draft, set, edit] = useEdit<UpkeepDraft>(plan ?? { ...fresh, start: tomorrow });
  const [{ every }, setEvery, often] = useEdit({ every: String(plan?.every ?? fresh.every) });
  const choose = (at: number) => {
    const e = examples[at];
    if (!e) return;
    const c = tree.find(x => x.id === e.category);
    set({
      title: currentLang() === 'en' ? e.en : e.zh,
      words: e.words,
      category: e.category,
      grade: c?.force ?? c?.minGrade ?? c?.defaultGrade ?? 'C',
      unit: e.unit,
      ...(e.on ? { start: onNext(e.on) } : {}),
    });
    setEvery({ every: String(e.every) });
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!draft.title.trim()) wrong.title = t('form.missing');
    if (!draft.category) wrong.category = t('form.missing');
    if (!draft.place?.trim() && !draft.facilityId) wrong.place = t('form.missing');
    if (!/^[1-9]\d{0,2}$/.test(every) || Number(every) > 365) wrong.every = t('upkeep.every.wrong');
    if (!draft.start) wrong.start = t('form.missing');
    if (!send.fix(wrong)) return;
    const { title, words, kind, category, grade, place, facilityId, unit, start, active } = draft;
    const body: UpkeepDraft = {
      title,
      kind,
      category,
      grade,
      unit,
      start,
      active,
      every: Number(every),
      words: words ?? '',
      place: place ?? '',
      ...(facilityId ? { facilityId } : {}),
    };
    const made = await send.run(once =>
      data(
        plan
          ? api.PUT('/upkeep-plans/{id}', {
              params: { path: { id: plan.id }, header: { ...match(plan.version), ...once } },
              body,
            })
          : api.POST('/upkeep-plans', { params: { header: once }, body: { ...body, community } }),
      ),
    );
    if (!made) return;
    void client.invalidateQueries({ queryKey: ['upkeep'] });
    toast(
      made.active
        ? t('upkeep.saved', { title: made.title, day: dayNamed(made.next) })
        : t('upkeep.saved.paused', { title: made.title }),
    );
    close();
  };
  return (
    <form
      className="panel stack"
      aria-label={t(plan ? 'upkeep.edit' : 'upkeep.new')}
      onSubmit={submit}
      noValidate
    >
      {!plan && (
        <Field label={t('upkeep.example')}>
          {a => (
            <select {...a} className="pick" defaultValue="" onChange={e => choose(Number(e.target.value))}>
              <option value="">{t('upkeep.example.none')}</option>
              {examples.map((e, at) => (
                <option key={e.zh} value={at}>
                  {currentLang() === 'en' ? e.en : e.zh}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <div className="grid-2">
        <Field label={t('upkeep.work')} error={send.fields.title} newer={edit.newer.title} required>
          {a => (
            <input
              {...a}
              className="text"
              maxLength={100}
              value={draft.title}
              onChange={e => set({ title: e.target.value })}
            />
          )}
        </Field>
        <Field label={t('new.category')} error={send.fields.category} newer={edit.newer.category} required>
          {a => (
            <select
              {...a}
              className="pick"
              value={draft.category}
              onChange={e => set({ category: e.target.value })}
            >
              <option value="">{t('new.category.hint')}</option>
              {tree
                .filter(c => c.parent && (!c.hidden || c.id === draft.category))
                .map(c => (
                  <option key={c.id} value={c.id}>
                    {categoryName(c)}
                  </option>
                ))}
            </select>
          )}
        </Field>
        <Field label={t('upkeep.place')} error={send.fields.place} newer={edit.newer.place}>
          {a => (
            <input
              {...a}
              className="text"
              maxLength={100}
              value={draft.place ?? ''}
              onChange={e => set({ place: e.target.value })}
            />
          )}
        </Field>
        <Field label={t('upkeep.facility')} error={send.fields.facilityId} newer={edit.newer.facilityId}>
          {a => (
            <select
              {...a}
              className="pick"
              value={draft.facilityId ?? ''}
              onChange={e => set({ facilityId: e.target.value })}
            >
              <option value="">{t('upkeep.facility.none')}</option>
              {facilities.map(f => (
                <option key={f.id} value={f.id}>
                  {f.name} {f.place}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('tickets.grade')} error={send.fields.grade} newer={edit.newer.grade}>
          {a => (
            <select
              {...a}
              className="pick"
              value={draft.grade}
              onChange={e => set({ grade: grades.find(g => g === e.target.value) ?? 'C' })}
            >
              {grades.map(g => (
                <option key={g} value={g}>
                  {g} {t(`grade.${g}.word`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label={t('upkeep.start')}
          hint={t('upkeep.start.hint')}
          error={send.fields.start}
          newer={edit.newer.start}
          required
        >
          {a => (
            <input
              {...a}
              type="date"
              className="text"
              value={draft.start}
              onChange={e => set({ start: e.target.value })}
            />
          )}
        </Field>
        <Field label={t('upkeep.every')} error={send.fields.every} newer={often.newer.every} required>
          {a => (
            <input
              {...a}
              className="text"
              inputMode="numeric"
              maxLength={3}
              value={every}
              onChange={e => setEvery({ every: e.target.value })}
            />
          )}
        </Field>
        <Field label={t('upkeep.unit')} error={send.fields.unit} newer={edit.newer.unit}>
          {a => (
            <select
              {...a}
              className="pick"
              value={draft.unit}
              onChange={e => set({ unit: units.find(u => u === e.target.value) ?? 'month' })}
            >
              {units.map(u => (
                <option key={u} value={u}>
                  {t(`upkeep.unit.${u}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <Field label={t('upkeep.words')} error={send.fields.words} newer={edit.newer.words}>
        {a => (
          <textarea
            {...a}
            className="text"
            rows={3}
            maxLength={2000}
            value={draft.words ?? ''}
            onChange={e => set({ words: e.target.value })}
          />
        )}
      </Field>
      {plan && (
        <label className="row">
          <input type="checkbox" checked={!draft.active} onChange={e => set({ active: !e.target.checked })} />
          {t('upkeep.pause')} <NewerNote of={edit.newer.active} />
        </label>
      )}
      <TroubleNote trouble={send.trouble} />
      <div className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </div>
    </form>
  );
}

export function SkipForm({ plan, close }: { plan: UpkeepPlan; close: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.reason.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/upkeep-plans/{id}/skip', {
          params: { path: { id: plan.id }, header: { ...match(plan.version), ...once } },
          body: { reason: reason.trim() },
        }),
      ),
    );
    if (!made) return;
    void client.invalidateQueries({ queryKey: ['upkeep'] });
    toast(t('upkeep.saved', { title: made.title, day: dayNamed(made.next) }));
    close();
  };
  const title = t('upkeep.skip.title', { title: plan.title, day: dayNamed(plan.next) });
  return (
    <form className="panel stack" aria-label={title} onSubmit={submit} noValidate>
      <h2 className="sub">{title}</h2>
      <Field label={t('upkeep.skip.reason')} error={send.fields.reason} required>
        {a => (
          <input
            {...a}
            className="text"
            maxLength={500}
            value={reason}
            onChange={e => setReason(e.target.value)}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <div className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('upkeep.skip')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </div>
    </form>
  );
}
