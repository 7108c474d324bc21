// A statement is read and shown first; it is kept when somebody says so (PAY-07).
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { upload } from '../../../kit/client.ts';
import { yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import type { StatementPreview } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

function Shown({ of }: { of: StatementPreview }) {
  return (
    <section className="stack" data-testid="statement-preview">
      <p>
        <b>{t(`means.${of.means}`)}</b> {of.account} {of.from} – {of.to}
      </p>
      <p>
        {t('statement.sums', { in: yuan(of.in), out: yuan(of.out) })}
        {of.fee !== '0.00' && ` ${t('statement.fee', { fee: yuan(of.fee) })}`}
      </p>
      <p className={of.added === 0 ? 'dim' : ''}>
        {t('statement.news', { added: of.added, known: of.known })}
      </p>
      <ul className="lines">
        {of.lines.map((l, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: what is not kept has no number
          <li key={i}>
            <span className="grow dim">
              {l.day} {l.party} {l.words}
            </span>
            <span className="num">{yuan(l.amount)}</span>
          </li>
        ))}
      </ul>
      {of.added > of.lines.length && (
        <p className="dim">{t('statement.rest', { n: of.added - of.lines.length })}</p>
      )}
    </section>
  );
}

export function UploadStatement({ community, onDone }: { community: string; onDone: (id: string) => void }) {
  const send = useSend();
  const [account, setAccount] = useState('');
  const [file, setFile] = useState<File>();
  const [round, setRound] = useState(0);
  const [preview, setPreview] = useState<StatementPreview>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(file ? {} : { file: t('form.missing') }) || !file) return;
    const params = new URLSearchParams({
      community,
      ...(account.trim() ? { account: account.trim() } : {}),
      ...(preview ? { keep: 'true' } : {}),
    });
    const made = await send.run(() => upload<StatementPreview>(`/statements?${params}`, file, file.name));
    if (!made) return;
    if (!made.kept) return setPreview(made);
    toast(t('statement.kept', { added: made.added, matched: made.added - made.unmatched }));
    setPreview(undefined);
    setFile(undefined);
    setRound(n => n + 1);
    onDone(made.id);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('statement.new')}>
      <h2>{t('statement.new')}</h2>
      <p className="dim">{t('statement.hint')}</p>
      <Field label={t('statement.file')} error={send.fields.file} required>
        {a => (
          <input
            {...a}
            key={round}
            type="file"
            accept=".csv,.txt,.xlsx"
            onChange={e => {
              if (!e.target.files?.[0]) return;
              setPreview(undefined);
              setFile(e.target.files[0]);
            }}
          />
        )}
      </Field>
      <Field label={t('statement.account')} hint={t('statement.account.hint')} error={send.fields.account}>
        {a => (
          <Input
            {...a}
            value={account}
            onChange={e => {
              setPreview(undefined);
              setAccount(e.target.value);
            }}
          />
        )}
      </Field>
      {preview && <Shown of={preview} />}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy || preview?.added === 0}>
          {t(preview ? 'statement.keep' : 'statement.check')}
        </button>
      </p>
    </form>
  );
}
