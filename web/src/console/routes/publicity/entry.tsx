// An entry of common money: written down, put right, or taken back after its year was published (BIL-09).
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { isAmount, yuan } from '../../../kit/format.ts';
import { useSend } from '../../../kit/send.ts';
import { exact } from '../../../kit/time.ts';
import type { SharedEntry, SharedYear } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { kinds, useStale } from './data.ts';
import { AddFile, Files } from './files.tsx';

type Text = { day: string; amount: string; words: string; document: string };

export function EntryForm({
  community,
  of,
  onDone,
}: {
  community: string;
  of?: SharedEntry;
  onDone: (entry: { id: string; yearId: string }) => void;
}) {
  const send = useSend();
  const stale = useStale('shared');
  const [{ side, kind }, choose, chosen] = useEdit<Pick<SharedEntry, 'side'> & Partial<SharedEntry>>({
    side: of?.side ?? 'income',
    kind: of?.kind,
  });
  const [text, setText, edit] = useEdit<Text>({
    day: of?.day ?? '',
    amount: of?.amount ?? '',
    words: of?.words ?? '',
    document: of?.document ?? '',
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    if (!kind) missing.kind = t('form.missing');
    for (const name of ['day', 'words'] as const) if (!text[name].trim()) missing[name] = t('form.missing');
    if (!isAmount(text.amount)) missing.amount = t('shared.amount.wrong');
    if (!send.fix(missing) || !kind) return;
    const body = { side, kind, ...text };
    const made = await send.run(once =>
      of
        ? data(
            api.PUT('/shared-entries/{id}', {
              params: { path: { id: of.id }, header: { ...match(of.version), ...once } },
              body,
            }),
          )
        : data(api.POST('/shared-entries', { params: { header: once }, body: { community, ...body } })),
    );
    if (!made) return;
    edit.saved();
    chosen.saved();
    toast(t(of ? 'shared.changed' : 'shared.entered'));
    if (!of) setText({ amount: '', words: '', document: '' });
    stale();
    onDone(made);
  };
  const input = (name: keyof Text, label: string, more: object = {}, must = true) => (
    <Field
      label={label}
      error={send.fields[name]}
      newer={edit.newer[name]}
      required={must}
      hint={name === 'words' ? t('shared.words.hint') : undefined}
    >
      {a => <Input {...a} {...more} value={text[name]} onChange={e => setText({ [name]: e.target.value })} />}
    </Field>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t(of ? 'shared.change' : 'shared.new')}>
      {!of && <h2>{t('shared.new')}</h2>}
      <Choice
        legend={t('shared.side')}
        name={`side-${of?.id ?? 'new'}`}
        value={side}
        options={(['income', 'expense'] as const).map(value => ({ value, label: t(`shared.side.${value}`) }))}
        newer={chosen.newer.side}
        onChange={value => choose({ side: value, kind: undefined })}
      />
      <Field label={t('shared.kind')} error={send.fields.kind} newer={chosen.newer.kind} required>
        {a => (
          <Select<SharedEntry['kind']>
            {...a}
            {...(kind ? { value: kind } : {})}
            onChange={value => choose({ kind: value })}
            options={kinds[side].map(value => ({ value, label: t(`shared.kind.${value}`) }))}
          />
        )}
      </Field>
      {input('day', t('shared.day'), { type: 'date' })}
      {input('amount', t('shared.amount'), { inputMode: 'decimal' })}
      {input('words', t('shared.words'))}
      {input('document', t('shared.document'), {}, false)}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(of ? 'shared.change' : 'shared.enter')}
        </button>
      </p>
    </form>
  );
}

function Counter({
  of,
  onDone,
}: {
  of: SharedEntry;
  onDone: (entry: { id: string; yearId: string }) => void;
}) {
  const send = useSend();
  const stale = useStale('shared');
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(reason.trim() ? {} : { reason: t('form.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/shared-entries/{id}/counter', {
          params: { path: { id: of.id }, header: { ...match(of.version), ...once } },
          body: { reason },
        }),
      ),
    );
    if (!made) return;
    toast(t('shared.countered'));
    stale();
    onDone(made);
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('shared.counter')}>
      <Field
        label={t('shared.counter.why')}
        error={send.fields.reason}
        hint={t('shared.counter.hint')}
        required
      >
        {a => <Input {...a} value={reason} onChange={e => setReason(e.target.value)} />}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn" disabled={send.busy}>
          {t('shared.counter')}
        </button>
      </p>
    </form>
  );
}

export function EntryPane({
  of: e,
  year,
  onGone,
  onDone,
}: {
  of: SharedEntry;
  year: SharedYear;
  onGone: () => void;
  onDone: (entry: { id: string; yearId: string }) => void;
}) {
  const may = useCan()('publicity.edit');
  const send = useSend();
  const stale = useStale('shared');
  const open = year.state === 'open' && !e.correctsId;
  const remove = async () => {
    const gone = await send.run(async () => {
      await data(
        api.DELETE('/shared-entries/{id}', { params: { path: { id: e.id }, header: match(e.version) } }),
      );
      return true;
    });
    if (!gone) return;
    toast(t('shared.removed'));
    stale();
    onGone();
  };
  return (
    <div className="stack" data-testid="shared-entry-pane">
      <h2>
        {t(`shared.kind.${e.kind}`)} {yuan(e.amount)}
      </h2>
      <p>
        {e.day} · {t(`shared.side.${e.side}`)}
        <br />
        {e.words}
        <br />
        <span className="dim">
          {[e.document, t('shared.by', { who: e.by, at: exact(e.at) })].filter(Boolean).join(' · ')}
        </span>
      </p>
      {e.wrongDay && <p className="dim">{t('shared.corrects', { day: e.wrongDay })}</p>}
      {e.correctedOn && <p className="dim">{t('shared.corrected', { day: e.correctedOn })}</p>}
      <h3>{t('shared.files')}</h3>
      <Files files={e.files} path="shared-files" none={t('shared.files.none')} />
      {may && year.state === 'open' && (
        <AddFile to={`/shared-entries/${e.id}/photos`} label={t('shared.file.new')} onDone={stale} />
      )}
      {may && open && (
        <>
          <h3>{t('shared.change')}</h3>
          <EntryForm key={e.id} community={e.community} of={e} onDone={onDone} />
          <TroubleNote trouble={send.trouble} />
          <p>
            <button type="button" className="btn quiet" disabled={send.busy} onClick={() => void remove()}>
              {t('shared.remove')}
            </button>
          </p>
        </>
      )}
      {may && year.state === 'published' && !e.correctsId && !e.correctedOn && (
        <Counter of={e} onDone={onDone} />
      )}
    </div>
  );
}
