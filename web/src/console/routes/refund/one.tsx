// One refund: its facts, its evidence, and the step that comes next (PAY-06).
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, base, data, match, upload } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { exact } from '../../../kit/time.ts';
import type { Refund } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { type ConsoleKey, t } from '../../words/index.ts';
import { colour, meansOf } from './data.ts';

const desk = ['cash', 'bank', 'cheque', 'pos'] as const;

function useStale() {
  const client = useQueryClient();
  return () => {
    for (const key of ['refund', 'refunds', 'refundable', 'shift', 'day', 'due'])
      void client.invalidateQueries({ queryKey: [key] });
  };
}

/** A step that takes some words and nothing else. */
function Words({
  label,
  button,
  quiet,
  act,
}: {
  label: ConsoleKey;
  button: ConsoleKey;
  quiet?: boolean;
  act: (words: string, once: { 'Idempotency-Key': string }) => Promise<unknown>;
}) {
  const send = useSend();
  const stale = useStale();
  const [words, setWords] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(words.trim() ? {} : { words: t('form.missing') })) return;
    if (await send.run(once => act(words.trim(), once))) stale();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Field label={t(label)} error={send.fields.words ?? send.fields.reason} required>
        {a => <Input {...a} value={words} onChange={e => setWords(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className={quiet ? 'btn quiet' : 'btn go'} disabled={send.busy}>
          {t(button)}
        </button>
      </p>
    </form>
  );
}

const paramsOf = (r: Refund, once: { 'Idempotency-Key': string }) => ({
  path: { id: r.id },
  header: { ...match(r.version), ...once },
});

function Check({ refund }: { refund: Refund }) {
  const [pass, setPass] = useState<'yes' | 'no'>('yes');
  return (
    <section className="stack" aria-label={t('refund.check')}>
      <h3>{t('refund.check')}</h3>
      <Choice
        legend={t('refund.check')}
        quietLegend
        name="pass"
        value={pass}
        options={[
          { value: 'yes', label: t('refund.check.pass') },
          { value: 'no', label: t('refund.check.refuse') },
        ]}
        onChange={setPass}
      />
      <Words
        label={pass === 'yes' ? 'refund.facts' : 'refund.why_not'}
        button={pass === 'yes' ? 'refund.check.send' : 'refund.check.refuse'}
        act={(words, once) =>
          data(
            api.POST('/refunds/{id}/check', {
              params: paramsOf(refund, once),
              body: { pass: pass === 'yes', words },
            }),
          )
        }
      />
    </section>
  );
}

function PayOut({ refund }: { refund: Refund }) {
  const send = useSend();
  const stale = useStale();
  const [how, setHow] = useState<(typeof desk)[number]>('cash');
  const [reference, setReference] = useState('');
  const means = refund.means || how;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const needed = !refund.online && means !== 'cash' && !reference.trim();
    if (!send.fix(needed ? { reference: t('form.missing') } : {})) return;
    const made = await send.run(once =>
      data(
        api.POST('/refunds/{id}/pay', {
          params: paramsOf(refund, once),
          body: {
            ...(refund.means ? {} : { means: how }),
            ...(reference.trim() ? { reference: reference.trim() } : {}),
          },
        }),
      ),
    );
    if (!made) return;
    toast(t(made.state === 'paying' ? 'refund.given' : 'refund.paid_out', { slip: made.slip ?? '' }));
    stale();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('refund.pay')}>
      <h3>{t('refund.pay')}</h3>
      {!refund.means && (
        <Choice
          legend={t('refund.means')}
          name="means"
          value={how}
          options={desk.map(value => ({ value, label: t(`means.${value}`) }))}
          onChange={setHow}
        />
      )}
      <p className="dim">
        {t(refund.online ? 'refund.pay.online' : 'refund.pay.desk', { means: meansOf(means) })}
      </p>
      {!refund.online && means !== 'cash' && (
        <Field label={t('refund.reference')} error={send.fields.reference} required>
          {a => <Input {...a} value={reference} onChange={e => setReference(e.target.value)} />}
        </Field>
      )}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('refund.pay.now', { yuan: yuan(refund.amount) })}
        </button>
      </p>
    </form>
  );
}

function Evidence({ refund }: { refund: Refund }) {
  const send = useSend();
  const stale = useStale();
  const may = useCan()('refund.ask') && ['asked', 'checked', 'approved', 'paying'].includes(refund.state);
  const add = async (file: File | undefined) => {
    if (file && (await send.run(() => upload(`/refunds/${refund.id}/photos`, file, file.name)))) stale();
  };
  if (!may && refund.files.length === 0) return null;
  return (
    <section className="stack" aria-label={t('refund.files')}>
      <h3>{t('refund.files')}</h3>
      <ul className="row wrap">
        {refund.files.map(f => (
          <li key={f.id}>
            <a href={`${base}/refund-files/${f.id}`} target="_blank" rel="noreferrer">
              {f.type === 'application/pdf' ? 'PDF' : t('refund.picture')} {exact(f.at)}
            </a>
          </li>
        ))}
      </ul>
      {may && (
        <label className="btn quiet file">
          {t('refund.files.add')}
          <input
            type="file"
            aria-label={t('refund.files.add')}
            accept="image/*,application/pdf"
            onChange={e => void add(e.target.files?.[0])}
          />
        </label>
      )}
      <TroubleNote trouble={send.trouble} />
    </section>
  );
}

export function Pane({ refund: r }: { refund: Refund }) {
  const can = useCan();
  const rows: [string, string | undefined][] = [
    [t('bill.room'), r.label],
    [t('refund.receiver'), r.receiver],
    [t('refund.origin'), t(`refund.origin.${r.origin}`)],
    [t('receipt.number'), r.receipt],
    [t('refund.means'), meansOf(r.means)],
    [t('refund.reason'), r.reason],
    [t('refund.by'), `${exact(r.at)} ${r.own ? t('refund.by.own') : r.by}`],
    [t('refund.due'), `${r.due ?? ''}`],
    [t('refund.facts'), r.facts && r.facts + t('said.aside', { text: r.checkedBy ?? '' })],
    [t('refund.decided'), r.decidedBy && `${r.decidedBy} ${r.decidedAt ? exact(r.decidedAt) : ''}`],
    [t('refund.slip'), r.slip],
    [t('refund.reference'), r.reference],
    [t('refund.paid'), r.paidAt && `${exact(r.paidAt)} ${r.paidBy ?? ''}`],
    [t('refund.ended'), r.endedWhy],
  ];
  const stoppable = r.state === 'asked' || r.state === 'checked' || r.state === 'approved';
  return (
    <>
      <h2>
        {r.number} <span className={`tag ${colour[r.state]}`}>{t(`refund.state.${r.state}`)}</span>{' '}
        {r.overdue && <span className="tag red">{t('refund.overdue')}</span>}
      </h2>
      <p>
        <b>¥{yuan(r.amount)}</b>
      </p>
      {r.trouble && (
        <p role="alert">
          {r.trouble === 'NO_ANSWER' ? t('refund.silent.note') : t('refund.trouble.note', { why: r.trouble })}
        </p>
      )}
      <dl className="facts tall">
        {rows
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {r.earlier.length > 0 && (
        <section className="stack">
          <h3>{t('refund.earlier')}</h3>
          <ul className="lines">
            {r.earlier.map(p => (
              <li key={p.id}>
                <span className="grow">
                  {p.number} {t(`refund.state.${p.state}`)}
                </span>
                <span className="num">{yuan(p.amount)}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Evidence refund={r} />
      {r.state === 'asked' && can('refund.check') && <Check refund={r} />}
      {r.state === 'checked' && <p className="dim">{t('refund.waits.decision')}</p>}
      {r.state === 'approved' && can('refund.pay') && <PayOut refund={r} />}
      {r.state === 'paying' && <p className="dim">{t('refund.waits.gateway')}</p>}
      {r.slip && r.state === 'paid' && (
        <p>
          <Link className="btn" to="/console/refund-slips/$id" params={{ id: r.id }}>
            {t('refund.print')}
          </Link>
        </p>
      )}
      {stoppable && can('refund.ask') && (
        <details>
          <summary>{t('refund.stop')}</summary>
          <Words
            quiet
            label="refund.stop.why"
            button="refund.stop"
            act={(reason, once) =>
              data(api.POST('/refunds/{id}/stop', { params: paramsOf(r, once), body: { reason } }))
            }
          />
        </details>
      )}
    </>
  );
}
