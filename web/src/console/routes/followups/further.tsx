// What a follow-up may hold besides the ratings: how the visit was, what the words are about, whom they praise,
// what is asked for anew and what is promised.
import Input from 'antd/es/input';
import { categoryName } from '../../../kit/format.ts';
import type { FollowUp } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { t } from '../../words/index.ts';
import { useCategories } from '../tickets/data.ts';
import { grades, type Kind, kinds } from '../tickets/filters.ts';
import { usePeople } from './data.ts';
import { type Draft, manners, type Topic, topics } from './draft.ts';

interface Props {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
}

export const Visit = ({ draft, set }: Props) => (
  <div className="row wrap">
    {manners.map(m => (
      <Choice
        key={m}
        legend={t(`followup.${m}`)}
        name={m}
        value={draft[m]}
        onChange={v => set({ [m]: v })}
        options={[
          { value: 'yes', label: t('followup.manner.yes') },
          { value: 'no', label: t('followup.manner.no') },
        ]}
      />
    ))}
  </div>
);

export const Topics = ({ draft, set }: Props) => (
  <Field label={t('followup.topics')}>
    {a => (
      <Select
        {...a}
        mode="multiple"
        value={draft.topics}
        onChange={(chosen: Topic[]) => set({ topics: chosen })}
        options={topics.map(value => ({ value, label: t(`followup.topic.${value}`) }))}
        showSearch={{ optionFilterProp: 'label' }}
      />
    )}
  </Field>
);

function Person({
  of,
  draft,
  set,
  people,
  error,
}: Props & { of: 'praised' | 'blamed'; people: { value: string; label: string }[]; error?: string }) {
  return (
    <Field label={t(`followup.${of}`)} error={error}>
      {a => (
        <Select
          {...a}
          allowClear
          value={draft[of] || undefined}
          onChange={(who?: string) => set({ [of]: who ?? '' })}
          options={people}
          showSearch={{ optionFilterProp: 'label' }}
        />
      )}
    </Field>
  );
}

function Request({ draft, set, fields }: Props & { fields: Record<string, string> }) {
  const all = useCategories().data?.items ?? [];
  return (
    <div className="grid-2">
      <Field label={t('followup.request.title')} error={fields['request.title']} required className="wide">
        {a => (
          <Input {...a} maxLength={100} value={draft.title} onChange={e => set({ title: e.target.value })} />
        )}
      </Field>
      <Field label={t('followup.request.kind')}>
        {a => (
          <Select
            {...a}
            value={draft.kind}
            onChange={(kind: Kind) => set({ kind })}
            options={kinds.map(value => ({ value, label: t(`kind.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t('followup.request.grade')} error={fields['request.grade']}>
        {a => (
          <Select
            {...a}
            value={draft.grade}
            onChange={grade => set({ grade })}
            options={grades.map(value => ({ value, label: t(`grade.${value}`) }))}
          />
        )}
      </Field>
      <Field label={t('new.category')} error={fields['request.category']} required className="wide">
        {a => (
          <Select
            {...a}
            value={draft.category || undefined}
            onChange={(category: string) => set({ category })}
            options={all
              .filter(c => c.parent && !c.hidden)
              .map(c => ({ value: c.id, label: categoryName(c) }))}
            showSearch={{ optionFilterProp: 'label' }}
          />
        )}
      </Field>
    </div>
  );
}

const Promised = ({ draft, set, fields }: Props & { fields: Record<string, string> }) => (
  <div className="grid-2">
    <Field label={t('followup.promise.at')} error={fields['promise.at']} required>
      {a => (
        <input
          {...a}
          type="datetime-local"
          className="text"
          value={draft.promiseAt}
          onChange={e => set({ promiseAt: e.target.value })}
        />
      )}
    </Field>
    <Field label={t('followup.promise.words')} error={fields['promise.words']} required>
      {a => (
        <Input
          {...a}
          maxLength={500}
          value={draft.promise}
          onChange={e => set({ promise: e.target.value })}
        />
      )}
    </Field>
  </div>
);

export function Further({
  followup,
  draft,
  set,
  fields,
}: Props & { followup: FollowUp; fields: Record<string, string> }) {
  const can = useCan();
  const people = (usePeople(followup.community).data ?? []).map(p => ({
    value: p.id,
    label: `${p.name} ${p.agentNo}`,
  }));
  return (
    <>
      {people.length > 0 && (
        <div className="grid-2">
          <Person of="praised" draft={draft} set={set} people={people} error={fields.praised} />
          <Person of="blamed" draft={draft} set={set} people={people} error={fields.blamed} />
        </div>
      )}
      {can('ticket.open') && (
        <label className="tick">
          <input type="checkbox" checked={draft.asks} onChange={e => set({ asks: e.target.checked })} />
          {t('followup.request')}
        </label>
      )}
      {draft.asks && <Request draft={draft} set={set} fields={fields} />}
      <label className="tick">
        <input type="checkbox" checked={draft.promises} onChange={e => set({ promises: e.target.checked })} />
        {t('followup.promise')}
      </label>
      {draft.promises && <Promised draft={draft} set={set} fields={fields} />}
    </>
  );
}
