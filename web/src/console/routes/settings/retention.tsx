import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { RetentionRule } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/retention.ts';

function Edit({ rule, done }: { rule: RetentionRule; done: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [{ days }, set, edit] = useEdit({ days: String(rule.days) });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const n = Number(days.trim());
    if (
      !send.fix(
        Number.isInteger(n) && n >= rule.least ? {} : { days: t('retention.wrong', { least: rule.least }) },
      )
    )
      return;
    const params = { path: { id: rule.kind }, header: match(rule.version) };
    const made = await send.run(() => data(api.PUT('/retention/{id}', { params, body: { days: n } })));
    if (!made) return;
    toast(t('retention.saved'));
    await client.invalidateQueries({ queryKey: ['retention'] });
    done();
  };
  return (
    <form className="row" onSubmit={submit} noValidate>
      <Field
        label={<span className="quiet-reading">{t('retention.days')}</span>}
        error={send.fields.days}
        newer={edit.newer.days}
        required
      >
        {a => (
          <Input
            {...a}
            autoFocus
            inputMode="numeric"
            value={days}
            suffix={t('retention.unit')}
            onChange={e => set({ days: e.target.value })}
            onKeyDown={e => e.key === 'Escape' && done()}
          />
        )}
      </Field>
      <button type="submit" className="btn go" disabled={send.busy}>
        {t(send.busy ? 'form.saving' : 'form.save')}
      </button>
      <button type="button" className="btn" onClick={done}>
        {t('retention.keep')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

function Row({ rule }: { rule: RetentionRule }) {
  const can = useCan();
  const [editing, setEditing] = useState(false);
  // A kind that this face does not know yet shows its code.
  const name = wordFor(`retention.${rule.kind}`) ?? rule.kind;
  const effect = wordFor(`retention.${rule.kind}.effect`);
  return (
    <tr>
      <td>
        <span className="b">{name}</span>
        {effect && <div className="dim">{effect}</div>}
      </td>
      <td className="num">
        {editing ? (
          <Edit rule={rule} done={() => setEditing(false)} />
        ) : (
          t('retention.n', { days: rule.days })
        )}
      </td>
      <td className="dim">
        {t('retention.least.n', { days: rule.least })}
        {rule.law && <div>{t('retention.law')}</div>}
      </td>
      <td className="dim">{rule.ranAt ? <When at={rule.ranAt} /> : t('retention.never')}</td>
      <td className="num">{rule.erased}</td>
      <td className="num">
        {can('retention.edit') && !editing && (
          <button type="button" className="btn" onClick={() => setEditing(true)}>
            {t('retention.change')}
          </button>
        )}
      </td>
    </tr>
  );
}

export function RetentionPage() {
  const query = useQuery({
    queryKey: ['retention'],
    queryFn: async () => (await data(api.GET('/retention'))).items,
  });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.retention')}</H1>
        <p className="dim">{t('retention.intro')}</p>
      </header>
      <Tabs of="settings" />
      <div className="page-body flush">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={4} />}
        {query.data && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('retention.kind')}</th>
                <th className="num">{t('retention.days')}</th>
                <th>{t('retention.least')}</th>
                <th>{t('retention.ranAt')}</th>
                <th className="num">{t('retention.erased')}</th>
                <th className="num">
                  <span className="quiet-reading">{t('retention.change')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {query.data.map(rule => (
                <Row key={rule.kind} rule={rule} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}
