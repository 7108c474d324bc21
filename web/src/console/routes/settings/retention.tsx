import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
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
import { type RetentionKey, t } from '../../words/retention.ts';

/** What a kind is called; one that this face does not know yet shows its code. */
const words: Record<string, [name: RetentionKey, effect: RetentionKey]> = {
  ticket_photo: ['retention.ticket_photo', 'retention.ticket_photo.effect'],
  ticket_position: ['retention.ticket_position', 'retention.ticket_position.effect'],
  slip: ['retention.slip', 'retention.slip.effect'],
  audit: ['retention.audit', 'retention.audit.effect'],
  export_log: ['retention.export_log', 'retention.export_log.effect'],
  handover_photo: ['retention.handover_photo', 'retention.handover_photo.effect'],
  vehicle_ended: ['retention.vehicle_ended', 'retention.vehicle_ended.effect'],
  reminder: ['retention.reminder', 'retention.reminder.effect'],
  message: ['retention.message', 'retention.message.effect'],
  candidate: ['retention.candidate', 'retention.candidate.effect'],
  daily_log: ['retention.daily_log', 'retention.daily_log.effect'],
  extract: ['retention.extract', 'retention.extract.effect'],
  notice: ['retention.notice', 'retention.notice.effect'],
  import_file: ['retention.import_file', 'retention.import_file.effect'],
};

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
  const [name, effect] = words[rule.kind] ?? [];
  return (
    <tr>
      <td>
        <span className="b">{name ? t(name) : rule.kind}</span>
        {effect && <div className="dim">{t(effect)}</div>}
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
        {rule.law && <div>{rule.law}</div>}
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
