// Pictures and PDFs of an entry or an inspection.
import { type FormEvent, useState } from 'react';
import { base, upload } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import type { PublicityFile } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

export function Files({ files, path, none }: { files: PublicityFile[]; path: string; none?: string }) {
  if (files.length === 0) return none ? <p className="dim">{none}</p> : null;
  return (
    <ul className="lines">
      {files.map((f, n) => (
        <li key={f.id}>
          <a href={`${base}/${path}/${f.id}`} target="_blank" rel="noreferrer">
            {t(f.type === 'application/pdf' ? 'shared.file.pdf' : 'shared.file.picture', { n: n + 1 })}
          </a>{' '}
          <small className="dim">{f.by}</small>
        </li>
      ))}
    </ul>
  );
}

export function AddFile({ to, label, onDone }: { to: string; label: string; onDone: () => void }) {
  const send = useSend();
  const [file, setFile] = useState<File>();
  const [round, setRound] = useState(0);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(file ? {} : { file: t('form.missing') }) || !file) return;
    const made = await send.run(() => upload<PublicityFile>(to, file, file.name));
    if (!made) return;
    toast(t('shared.file.kept'));
    setFile(undefined);
    setRound(n => n + 1);
    onDone();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={label}>
      <Field label={label} error={send.fields.file} hint={t('shared.file.hint')}>
        {a => (
          <input
            {...a}
            key={round}
            type="file"
            accept="image/*,application/pdf"
            onChange={e => setFile(e.target.files?.[0])}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      {file && (
        <p>
          <button type="submit" className="btn" disabled={send.busy}>
            {t('shared.file.add')}
          </button>
        </p>
      )}
    </form>
  );
}
