// What is asked, by whom and why; and, for who may, the decision.
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useDraft } from '../../../kit/drafts.ts';
import { lineText } from '../../../kit/format.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { Approval } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

type Draft = { reason: string; conditions: string };

function useDecide(item: Approval, clear: () => void) {
  const client = useQueryClient();
  const send = useSend();
  const act = async (step: 'approve' | 'reject' | 'withdraw', draft: Draft) => {
    const reason = draft.reason.trim();
    const conditions = draft.conditions.trim();
    const made = await send.run(once => {
      const params = { path: { id: item.id }, header: { ...match(item.version), ...once } };
      if (step === 'withdraw')
        return data(api.POST('/approvals/{id}/withdraw', { params, body: { reason } }));
      const path = step === 'approve' ? '/approvals/{id}/approve' : '/approvals/{id}/reject';
      return data(api.POST(path, { params, body: { reason, conditions } }));
    });
    if (!made) return;
    clear();
    if (made.state === 'approved' || made.state === 'rejected' || made.state === 'withdrawn')
      toast(t(`approval.done.${made.state}`));
    for (const key of ['approvals', 'approval-counts', 'staff'])
      void client.invalidateQueries({ queryKey: [key] });
  };
  return { send, act };
}

function Decision({ item }: { item: Approval }) {
  const [draft, setDraft, clear] = useDraft<Draft>(`approval:${item.id}`, { reason: '', conditions: '' });
  const { send, act } = useDecide(item, clear);
  const set = (part: Partial<Draft>) => setDraft(old => ({ ...old, ...part }));
  const approve = (event: FormEvent) => {
    event.preventDefault();
    void act('approve', draft);
  };
  const reject = () => {
    if (send.fix(draft.reason.trim() ? {} : { reason: t('approval.words.missing') }))
      void act('reject', draft);
  };
  return (
    <form className="act-form" aria-label={t('approval.detail')} onSubmit={approve} noValidate>
      {(['reason', 'conditions'] as const).map(name => (
        <Field
          key={name}
          label={
            <>
              {t(name === 'reason' ? 'approval.words' : 'approval.conditions')}{' '}
              <span className="dim3">{t(name === 'reason' ? 'approval.words.hint' : 'form.optional')}</span>
            </>
          }
          error={send.fields[name]}
        >
          {a => (
            <Input.TextArea
              {...a}
              autoSize={{ minRows: name === 'reason' ? 2 : 1, maxRows: 6 }}
              value={draft[name]}
              onChange={e => set({ [name]: e.target.value })}
            />
          )}
        </Field>
      ))}
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('approval.yes')}
        </button>
        <button type="button" className="btn" disabled={send.busy} onClick={reject}>
          {t('approval.no')}
        </button>
      </p>
    </form>
  );
}

function Withdraw({ item }: { item: Approval }) {
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const { send, act } = useDecide(item, () => undefined);
  if (!asking) {
    return (
      <p className="row act-form">
        <button type="button" className="btn" onClick={() => setAsking(true)}>
          {t('approval.withdraw')}
        </button>
      </p>
    );
  }
  return (
    <form
      className="act-form"
      noValidate
      onSubmit={event => {
        event.preventDefault();
        void act('withdraw', { reason, conditions: '' });
      }}
    >
      <Field label={t('approval.withdraw.why')} error={send.fields.reason}>
        {a => <Input {...a} autoFocus value={reason} onChange={e => setReason(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('approval.withdraw')}
        </button>
        <button type="button" className="btn quiet" onClick={() => setAsking(false)}>
          {t('form.back')}
        </button>
      </p>
    </form>
  );
}

function Facts({ item }: { item: Approval }) {
  return (
    <dl className="facts tall">
      {item.lines.map(line => (
        <div key={line.label}>
          <dt>{wordFor(`approval.line.${line.label}`) ?? line.label}</dt>
          <dd>
            {line.from && (
              <>
                <span className="dim3">{line.from}</span> →{' '}
              </>
            )}
            {lineText(line) || '–'}
          </dd>
        </div>
      ))}
      {item.amount && (
        <div>
          <dt>{t('approval.amount')}</dt>
          <dd>¥ {item.amount}</dd>
        </div>
      )}
      <div>
        <dt>{t('approval.reason')}</dt>
        <dd>{item.reason}</dd>
      </div>
      {item.evidence.length > 0 && (
        <div>
          <dt>{t('approval.evidence')}</dt>
          <dd>{item.evidence.join(t('list.join'))}</dd>
        </div>
      )}
      <div>
        <dt>{t('approval.asker')}</dt>
        <dd>
          {item.requestedBy} <When at={item.requestedAt} className="dim3" />
        </dd>
      </div>
      {item.state === 'pending' && (
        <>
          <div>
            <dt>{t('approval.due')}</dt>
            <dd>
              <When at={item.dueAt} />
            </dd>
          </div>
          <div>
            <dt>{t('approval.waits')}</dt>
            <dd>{item.approvers.join(t('why.join')) || '–'}</dd>
          </div>
        </>
      )}
    </dl>
  );
}

export function Detail({ item }: { item: Approval }) {
  return (
    <>
      <h2>{item.about}</h2>
      <Facts item={item} />
      {item.state !== 'pending' && (
        <div className="result">
          <p>
            <b>{t(`approval.state.${item.state}`)}</b> {item.decidedBy}{' '}
            {item.stoodFor && t('approval.stood_for', { who: item.stoodFor })}{' '}
            {item.decidedAt && <When at={item.decidedAt} className="dim3" />}
          </p>
          {item.decision && <p>{t('said.quote', { text: item.decision })}</p>}
          {item.conditions && (
            <p>
              {t('approval.conditions')}
              {'　'}
              {item.conditions}
            </p>
          )}
        </div>
      )}
      {item.canDecide && <Decision item={item} />}
      {item.canWithdraw && <Withdraw item={item} />}
      {item.state === 'pending' && !item.canDecide && !item.canWithdraw && (
        <p className="dim">{t('approval.not_yours')}</p>
      )}
    </>
  );
}
