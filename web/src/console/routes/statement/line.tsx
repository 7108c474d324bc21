import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { fenOf, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { StatementLine } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { naming } from './naming.ts';
import { Pieces, Several } from './several.tsx';

const colour = { open: 'amber', matched: 'green', suspended: 'care', aside: '' } as const;

export function LineRow({ of, may, onDone }: { of: StatementLine; may: boolean; onDone: () => void }) {
  const send = useSend();
  const [aside, setAside] = useState(false);
  const [several, setSeveral] = useState(false);
  const [reason, setReason] = useState('');
  const settle = async (body: {
    as: 'payment' | 'move' | 'suspense' | 'deposit' | 'banked' | 'aside' | 'open';
    toId?: string;
    reason?: string;
  }) => {
    const made = await send.run(once =>
      data(
        api.POST('/statement-lines/{id}/settle', {
          params: { path: { id: of.id }, header: { ...match(of.version), ...once } },
          body,
        }),
      ),
    );
    if (!made) return;
    setAside(false);
    setSeveral(false);
    setReason('');
    onDone();
  };
  const suspend = async () => {
    const made = await send.run(once =>
      data(
        api.POST('/statement-lines/{id}/suspend', {
          params: { path: { id: of.id }, header: { ...match(of.version), ...once } },
        }),
      ),
    );
    if (!made) return;
    toast(t('suspense.booked'));
    onDone();
  };
  const put = (event: FormEvent) => {
    event.preventDefault();
    if (send.fix(reason.trim() ? {} : { reason: t('form.missing') })) void settle({ as: 'aside', reason });
  };
  const open = of.state === 'open';
  return (
    <li data-testid="statement-line">
      <div className="grow stack">
        <span className="row wrap">
          <b className="num">{yuan(of.amount)}</b> {t(`means.${of.means}`)} {of.day}
          <span className={`tag ${colour[of.state]}`}>{t(`statement.state.${of.state}`)}</span>
          {of.exact && <span className="tag">{t('statement.exact')}</span>}
          <span className="dim">
            {[of.party, of.words, of.serial, of.order].filter(Boolean).join(' · ')}
            {of.fee !== '0.00' && ` · ${t('statement.fee', { fee: yuan(of.fee) })}`}
          </span>
        </span>
        {of.state === 'aside' && (
          <span className="dim">
            {of.reason} {of.by}
          </span>
        )}
        {open &&
          of.found?.map(b => (
            <span key={`${b.kind}-${b.id}`} className="row wrap">
              <span className="tag">{t(`statement.why.${b.why || 'amount'}`)}</span>
              <span>{naming(b)}</span>
              {may && (
                <button
                  type="button"
                  className="link"
                  disabled={send.busy}
                  onClick={() => void settle({ as: b.kind, toId: b.id })}
                >
                  {t('statement.confirm')}
                </button>
              )}
            </span>
          ))}
        {of.toKind === 'several' && <Pieces of={of} />}
        {open && may && several && <Several of={of} onDone={onDone} onClose={() => setSeveral(false)} />}
        {open && may && !aside && !several && (
          <span className="row wrap">
            <button type="button" className="link" onClick={() => setSeveral(true)}>
              {t('statement.several')}
            </button>
            {fenOf(of.amount) > 0 && (
              <button type="button" className="link" disabled={send.busy} onClick={() => void suspend()}>
                {t('statement.suspend')}
              </button>
            )}
            <button type="button" className="link" onClick={() => setAside(true)}>
              {t('statement.aside')}
            </button>
          </span>
        )}
        {open && aside && (
          <form className="stack" onSubmit={put} noValidate aria-label={t('statement.aside')}>
            <Field
              label={t('statement.reason')}
              hint={t('statement.reason.hint')}
              error={send.fields.reason}
              required
            >
              {a => <Input {...a} value={reason} onChange={e => setReason(e.target.value)} />}
            </Field>
            <p className="row">
              <button type="submit" className="btn go" disabled={send.busy}>
                {t('statement.aside')}
              </button>
              <button type="button" className="btn" onClick={() => setAside(false)}>
                {t('statement.back')}
              </button>
            </p>
          </form>
        )}
        {may && (of.state === 'matched' || of.state === 'aside') && (
          <span>
            <button
              type="button"
              className="link"
              disabled={send.busy}
              onClick={() => void settle({ as: 'open' })}
            >
              {t('statement.undo')}
            </button>
          </span>
        )}
        <TroubleNote trouble={send.trouble} />
      </div>
    </li>
  );
}
