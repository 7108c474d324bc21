// When a community follows up (FUP-01).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { FollowUpSettings } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { Views } from './views.tsx';

const numbers = [
  'repairHours',
  'serviceHours',
  'visitDays',
  'complaintHours',
  'complaintDays',
  'vipDays',
  'inquiryPercent',
  'inquiryHours',
  'handoverDays',
  'careDays',
  'attempts',
] as const;
type Numeric = (typeof numbers)[number];
const mayBeNone: readonly Numeric[] = ['inquiryPercent', 'handoverDays', 'careDays'];

const unit = (name: Numeric) =>
  name === 'inquiryPercent'
    ? '%'
    : t(name.endsWith('Hours') ? 'unit.hours' : name.endsWith('Days') ? 'unit.days' : 'unit.times');

function Form({ set, community }: { set: FollowUpSettings; community: string }) {
  const client = useQueryClient();
  const send = useSend();
  const may = useCan()('followup.settings');
  const [values, setValues, edit] = useEdit<Record<Numeric, string>>(
    Object.fromEntries(numbers.map(n => [n, String(set[n])])) as Record<Numeric, string>,
  );
  const [tags, setTags, marks] = useEdit({ vipTags: set.vipTags, careTags: set.careTags });
  const refresh = () => void client.invalidateQueries({ queryKey: ['followups', 'settings'] });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    for (const n of numbers)
      if (!/^\d{1,3}$/.test(values[n].trim()) || (Number(values[n]) === 0 && !mayBeNone.includes(n)))
        wrong[n] = t('followup.rules.number');
    if (!send.fix(wrong)) return;
    const body = {
      ...(Object.fromEntries(numbers.map(n => [n, Number(values[n])])) as Record<Numeric, number>),
      ...tags,
      version: set.version,
    };
    const made = await send.run(() =>
      data(
        api.PUT('/followups/settings', {
          params: { query: { community }, header: match(set.version) },
          body,
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    marks.saved();
    toast(t('form.saved'));
    refresh();
  };
  return (
    <form className="page-body stack" onSubmit={submit} noValidate>
      <p className="dim">{t('followup.rules.note')}</p>
      <div className="grid-2 rule-grid">
        {numbers.map(n => (
          <Field key={n} label={t(`followup.rules.${n}`)} error={send.fields[n]} newer={edit.newer[n]}>
            {a => (
              <Input
                {...a}
                className="minutes"
                inputMode="numeric"
                disabled={!may}
                suffix={unit(n)}
                value={values[n]}
                onChange={e => setValues({ [n]: e.target.value })}
              />
            )}
          </Field>
        ))}
        {(['vipTags', 'careTags'] as const).map(n => (
          <Field key={n} label={t(`followup.rules.${n}`)} error={send.fields[n]} newer={marks.newer[n]}>
            {a => (
              <Select
                {...a}
                mode="tags"
                disabled={!may}
                value={tags[n]}
                onChange={(v: string[]) => setTags({ [n]: v })}
              />
            )}
          </Field>
        ))}
      </div>
      <TroubleNote trouble={send.trouble} />
      {may && (
        <div className="row">
          <button type="submit" className="btn go" disabled={send.busy}>
            {t(send.busy ? 'form.saving' : 'form.save')}
          </button>
        </div>
      )}
    </form>
  );
}

export function RulesPage() {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['followups', 'settings', community],
    queryFn: () => data(api.GET('/followups/settings', { params: { query: { community } } })),
  });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('followup.rules')}</H1>
      </header>
      <Views on="rules" />
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={8} />}
      {query.data && <Form key={community} set={query.data} community={community} />}
    </main>
  );
}
