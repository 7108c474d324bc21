// Rounds with printed bills (BIL-08a), and when bills go out by themselves (BIL-08).

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import InputNumber from 'antd/es/input-number';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { BillNoticeRules } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field, NewerNote } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

function Settings({ rules }: { rules: BillNoticeRules }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const [d, setD, edit] = useEdit(rules);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { automatic, day, push, mail, photo } = d;
    const made = await send.run(once =>
      data(
        api.PUT('/bill-notice-rules', {
          params: { query: { community }, header: { ...once, ...match(rules.version) } },
          body: { automatic, day, push, mail, photo },
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    toast(t('form.saved'));
    void showNow(client, ['bill-notices', 'rules', community], made);
  };
  const check = (name: 'push' | 'mail' | 'photo') => (
    <label className="row">
      <input type="checkbox" checked={d[name]} onChange={e => setD({ [name]: e.target.checked })} />
      {t(`notice.rule.${name}`)} <NewerNote of={edit.newer[name]} />
    </label>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('notice.rules')}>
      <Choice
        legend={t('notice.rule.begins')}
        name="automatic"
        value={d.automatic ? 'auto' : 'hand'}
        options={(['hand', 'auto'] as const).map(value => ({ value, label: t(`notice.rule.${value}`) }))}
        onChange={value => setD({ automatic: value === 'auto' })}
        newer={edit.newer.automatic}
      />
      {d.automatic && (
        <Field
          label={t('notice.rule.day')}
          error={send.fields.day}
          newer={edit.newer.day}
          hint={t('notice.rule.day.hint')}
        >
          {a => (
            <InputNumber
              {...a}
              min={0}
              max={28}
              value={d.day}
              onChange={value => setD({ day: value ?? 0 })}
            />
          )}
        </Field>
      )}
      {check('push')}
      {check('mail')}
      <p className="dim">{t('notice.rule.rest')}</p>
      {check('photo')}
      <p className="dim">{t('notice.rule.before')}</p>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('form.save')}
        </button>
      </p>
    </form>
  );
}

function Rules() {
  const community = useCommunity();
  const can = useCan();
  const query = useQuery({
    queryKey: ['bill-notices', 'rules', community],
    queryFn: () => data(api.GET('/bill-notice-rules', { params: { query: { community } } })),
    enabled: can('bill.notice'),
  });
  if (!query.data) return null;
  return (
    <aside className="state-side" aria-label={t('notice.rules')}>
      <h2 className="sub">{t('notice.rules')}</h2>
      <Settings key={community} rules={query.data} />
    </aside>
  );
}

export function RoundsPage() {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['rounds', community],
    queryFn: () => data(api.GET('/bill-rounds', { params: { query: { community } } })),
  });
  const rows = query.data?.items ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('fees.rounds')}</H1>
      </header>
      <Tabs of="fees" />
      <div className="page-body two-cols">
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={6} />}
          {query.data && rows.length === 0 && <Empty>{t('round.none')}</Empty>}
          {rows.length > 0 && (
            <table className="grid" aria-label={t('fees.rounds')}>
              <thead>
                <tr>
                  <th>{t('round.building')}</th>
                  <th>{t('round.who')}</th>
                  <th>{t('round.on')}</th>
                  <th>{t('notice.state')}</th>
                  <th className="num">{t('round.all')}</th>
                  <th className="num">{t('round.left')}</th>
                  <th className="num">{t('round.missed')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(r => (
                  <tr key={r.id}>
                    <td>
                      <Link to="/console/bill-rounds/$id" params={{ id: r.id }}>
                        {r.building}
                      </Link>
                    </td>
                    <td>{r.staffName}</td>
                    <td>{r.on}</td>
                    <td>
                      <span className={r.state === 'open' ? 'tag amber' : 'tag'}>
                        {t(`round.state.${r.state}`)}
                      </span>
                    </td>
                    <td className="num">{r.notices}</td>
                    <td className="num">{r.left}</td>
                    <td className="num">{r.missed}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
        <Rules />
      </div>
    </main>
  );
}
