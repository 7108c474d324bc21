// The ladder of dunning, what roles may waive, what lateness costs the company; and what each step brought in.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import { serverNow, today } from '../../../kit/time.ts';
import type { ArrearsRules } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Field, NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { RoleLimits } from '../../ui/limits.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { t as j } from '../../words/joint.ts';

const channels = ['app', 'call', 'visit', 'print', 'lawyer', 'suit'] as const;
type Step = ArrearsRules['steps'][number];

function Steps({
  steps,
  set,
  fields,
}: {
  steps: Step[];
  set: (s: Step[]) => void;
  fields: Record<string, string>;
}) {
  const put = (at: number, change: Partial<Step>) =>
    set(steps.map((s, i) => (i === at ? { ...s, ...change } : s)));
  return (
    <div className="stack">
      {steps.map((s, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a code may be written over
        <fieldset className="rung" key={i}>
          <legend className="b">
            {s.days < 0
              ? t('ladder.before', { n: -s.days })
              : s.days === 0
                ? t('ladder.due')
                : t('ladder.after', { n: s.days })}
          </legend>
          <div>
            <label className="row tight">
              <input type="checkbox" checked={s.on} onChange={e => put(i, { on: e.target.checked })} />
              {t('ladder.on')}
            </label>
            <Field label={t('ladder.days')} error={fields[`steps[${i}].days`]}>
              {a => (
                <input
                  {...a}
                  type="number"
                  className="text"
                  value={s.days}
                  onChange={e => put(i, { days: Number(e.target.value) })}
                />
              )}
            </Field>
            <Field label={t('ladder.channel')}>
              {a => (
                <select
                  {...a}
                  className="text"
                  value={s.channel}
                  onChange={e => put(i, { channel: e.target.value as Step['channel'] })}
                >
                  {channels.map(c => (
                    <option key={c} value={c}>
                      {t(`dun.${c}`)}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label={j('ladder.to')}>
              {a => (
                <select
                  {...a}
                  className="text"
                  value={s.to ?? ''}
                  onChange={e => put(i, { to: e.target.value as Step['to'] })}
                >
                  <option value="">{j('ladder.to.debtor')}</option>
                  <option value="owner">{j('ladder.to.owner')}</option>
                </select>
              )}
            </Field>
            <button type="button" className="link" onClick={() => set(steps.filter((_, n) => n !== i))}>
              {t('ladder.remove')}
            </button>
          </div>
          <div>
            {(['zh', 'en'] as const).map(lang => (
              <Field key={lang} label={t(`ladder.text.${lang}`)} error={fields[`steps[${i}].${lang}`]}>
                {a => (
                  <Input.TextArea
                    {...a}
                    autoSize
                    value={s[lang]}
                    onChange={e => put(i, { [lang]: e.target.value })}
                  />
                )}
              </Field>
            ))}
          </div>
        </fieldset>
      ))}
      <button
        type="button"
        className="btn"
        onClick={() =>
          set([...steps, { code: `s${Date.now()}`, days: 120, channel: 'call', on: false, zh: '', en: '' }])
        }
      >
        {t('ladder.add')}
      </button>
    </div>
  );
}

function Editor({ rules }: { rules: ArrearsRules }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const [draft, set, edit] = useEdit(rules);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { steps, limits, lossRate } = draft;
    const saved = await send.run(() =>
      data(
        api.PUT('/arrears/rules', {
          params: { query: { community }, header: match(rules.version) },
          body: { steps, limits, lossRate },
        }),
      ),
    );
    if (!saved) return;
    edit.saved();
    void showNow(client, ['arrears', 'rules', community], saved);
    toast(t('ladder.saved'));
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('fees.rules')}>
      <h2 className="sub">{t('ladder.title')}</h2>
      <p className="dim">{t('ladder.hint')}</p>
      <NewerNote of={edit.newer.steps} />
      <Steps steps={draft.steps} set={steps => set({ steps })} fields={send.fields} />
      <h2 className="sub">{t('ladder.limits')}</h2>
      <NewerNote of={edit.newer.limits} />
      <RoleLimits
        limits={draft.limits}
        set={limits => set({ limits })}
        fields={send.fields}
        roles={rules.roles}
        hint="0.00"
      />
      <div className="row wrap">
        <Field
          label={t('ladder.loss')}
          hint={t('ladder.loss.hint')}
          error={send.fields.lossRate}
          newer={edit.newer.lossRate}
        >
          {a => <Input {...a} value={draft.lossRate} onChange={e => set({ lossRate: e.target.value })} />}
        </Field>
      </div>
      <TroubleNote trouble={send.trouble} />
      <button type="submit" className="btn go" disabled={send.busy}>
        {t('ladder.save')}
      </button>
    </form>
  );
}

function Effects() {
  const community = useCommunity();
  const to = today();
  const from = today(serverNow() - 90 * 86_400_000);
  const query = useQuery({
    queryKey: ['arrears', 'effects', community, from, to],
    queryFn: () => data(api.GET('/arrears/effects', { params: { query: { community, from, to } } })),
  });
  const rows = query.data?.items ?? [];
  return (
    <section aria-label={t('effects.title')}>
      <h2 className="sub">{t('effects.title')}</h2>
      <ErrorNote query={query} />
      {query.data && rows.length === 0 && <p className="dim3">{t('effects.none')}</p>}
      {rows.length > 0 && (
        <table className="grid">
          <thead>
            <tr>
              <th>{t('effects.step')}</th>
              <th className="num">{t('effects.households')}</th>
              <th className="num">{t('effects.paying')}</th>
              <th className="num">{t('effects.asked')}</th>
              <th className="num">{t('effects.paid')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(e => (
              <tr key={`${e.step}${e.channel}`}>
                <td>{t('effects.step.of', { days: e.days, channel: t(`dun.${e.channel as 'app'}`) })}</td>
                <td className="num">{e.duns}</td>
                <td className="num">{e.paying}</td>
                <td className="num">{yuan(e.asked)}</td>
                <td className="num b">{yuan(e.paid)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function RulesPage() {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['arrears', 'rules', community],
    queryFn: () => data(api.GET('/arrears/rules', { params: { query: { community } } })),
  });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.rules')}</H1>
      </header>
      <Tabs of="fees" />
      <div className="page-body stack">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        <Effects />
        {query.data && <Editor key={community} rules={query.data} />}
      </div>
    </main>
  );
}
