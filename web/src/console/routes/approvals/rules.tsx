// Who decides what, up to which amount and in which time.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { ApprovalRule } from '../../../kit/types.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Select } from '../../ui/select.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useRoles } from '../staff/data.ts';
import { kindName } from './list.tsx';

interface Level {
  key: number;
  roles: string[];
  upTo: string;
}

// Lines that are drawn from the rule have their place for a key.
let nextKey = 1000;
const level = (roles: string[] = [], upTo = '', key = nextKey++): Level => ({ key, roles, upTo });

function Rule({ rule }: { rule: ApprovalRule }) {
  const client = useQueryClient();
  const send = useSend();
  const roles = useRoles().data ?? [];
  const [{ hours, levels }, set, edit] = useEdit({
    hours: String(rule.hours),
    levels:
      rule.levels.length > 0
        ? rule.levels.map((l, key) => level(l.roles, l.upTo ?? '', key))
        : [level([], '', 0)],
  });
  const setLevels = (next: (old: Level[]) => Level[]) => set(old => ({ ...old, levels: next(old.levels) }));
  const change = (key: number, part: Partial<Level>) =>
    setLevels(old => old.map(l => (l.key === key ? { ...l, ...part } : l)));
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!/^\d{1,4}$/.test(hours.trim())) wrong.hours = t('rules.hours.wrong');
    if (levels.some(l => l.upTo.trim() && !/^\d{1,9}(\.\d{1,2})?$/.test(l.upTo.trim())))
      wrong.levels = t('rules.up_to.wrong');
    if (!send.fix(wrong)) return;
    const body = {
      hours: Number(hours),
      levels: levels.map(l => ({ roles: l.roles, ...(l.upTo.trim() ? { upTo: l.upTo.trim() } : {}) })),
    };
    const params = { path: { kind: rule.kind }, header: match(rule.version) };
    const made = await send.run(() => data(api.PUT('/approval-rules/{kind}', { params, body })));
    if (!made) return;
    edit.saved();
    toast(t('rules.saved'));
    await client.invalidateQueries({ queryKey: ['approval-rules'] });
  };
  return (
    <form className="rule stack" onSubmit={save} noValidate aria-label={kindName(rule.kind)}>
      <h2 className="row">
        {kindName(rule.kind)} {rule.version === 0 && <span className="tag">{t('rules.shipped')}</span>}
      </h2>
      <NewerNote of={edit.newer.levels} />
      <ol className="levels">
        {levels.map((l, i) => (
          <li key={l.key}>
            <Field label={`${t('rules.level', { n: i + 1 })} · ${t('rules.roles')}`}>
              {a => (
                <Select
                  {...a}
                  mode="multiple"
                  placeholder={t('rules.roles.any')}
                  value={l.roles}
                  onChange={(chosen: string[]) => change(l.key, { roles: chosen })}
                  showSearch={{ optionFilterProp: 'label' }}
                  options={roles.map(r => ({ value: r.code, label: r.name }))}
                />
              )}
            </Field>
            <Field label={t('rules.up_to')} className="small">
              {a => (
                <Input
                  {...a}
                  inputMode="decimal"
                  placeholder={t('rules.up_to.any')}
                  value={l.upTo}
                  onChange={e => change(l.key, { upTo: e.target.value })}
                />
              )}
            </Field>
            <button
              type="button"
              className="btn quiet"
              disabled={levels.length === 1}
              aria-label={t('rules.drop', { n: i + 1 })}
              onClick={() => setLevels(old => old.filter(o => o.key !== l.key))}
            >
              {t('do.remove')}
            </button>
          </li>
        ))}
      </ol>
      {send.fields.levels && <p className="field-error">{send.fields.levels}</p>}
      <div className="pair">
        <Field label={t('rules.hours')} error={send.fields.hours} newer={edit.newer.hours}>
          {a => (
            <Input {...a} inputMode="numeric" value={hours} onChange={e => set({ hours: e.target.value })} />
          )}
        </Field>
      </div>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button
          type="button"
          className="btn"
          disabled={levels.length >= 6}
          onClick={() => setLevels(old => [...old, level()])}
        >
          {t('rules.add')}
        </button>
      </p>
    </form>
  );
}

export function RulesPage() {
  const query = useQuery({
    queryKey: ['approval-rules'],
    queryFn: async () => (await data(api.GET('/approval-rules'))).items,
  });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.approvals')}</H1>
      </header>
      <Tabs of="settings" />
      <div className="page-body">
        <p className="dim">{t('rules.note')}</p>
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {query.data?.map(rule => (
          <Rule key={rule.kind} rule={rule} />
        ))}
      </div>
    </main>
  );
}
