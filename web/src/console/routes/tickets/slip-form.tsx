// A form of a ticket, filled in or corrected; each refusal stands at its line (TIC-14, TIC-15).
import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { api, base, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import { SlipInput } from '../../../kit/slip-input.tsx';
import { begun, linesOf, named, refusedLines, type Sources, typed, type Values } from '../../../kit/slips.ts';
import { exact } from '../../../kit/time.ts';
import type { SlipForm, SlipView } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/slips.ts';

const look = { pick: 'pick', text: 'text' };

/** The picture that proves the form: one of the signatures and stamps that the ticket has. */
function Proof({
  sources: { ticket },
  value,
  onChange,
  error,
}: {
  sources: Sources;
  value: string;
  onChange: (id: string) => void;
  error: string | undefined;
}) {
  const proofs = ticket.photos.filter(p => p.kind === 'signature' || p.kind === 'stamp' || p.kind === 'slip');
  return (
    <fieldset className="slip-proofs">
      <legend>{t('slips.proof')}</legend>
      {proofs.length === 0 && <p className="dim">{t('slips.proof.none')}</p>}
      {proofs.length > 0 && (
        <label>
          <input type="radio" name="proof" checked={value === ''} onChange={() => onChange('')} />
          {t('slips.proof.no')}
        </label>
      )}
      {proofs.map(p => (
        <label key={p.id}>
          <input type="radio" name="proof" checked={value === p.id} onChange={() => onChange(p.id)} />
          <img src={`${base}/files/${p.id}`} alt="" />
          {t(`photo.${p.kind}`)} {exact(p.at)}
        </label>
      ))}
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
    </fieldset>
  );
}

// Beside the fields of the form, whose names are words.
const photo = ':photo';
const why = ':why';

export function SlipFilling({
  form,
  sources,
  corrected,
  close,
}: {
  form: SlipForm;
  sources: Sources;
  corrected?: SlipView | undefined;
  close: () => void;
}) {
  const client = useQueryClient();
  const send = useSend();
  const ticket = sources.ticket.id;
  const name = `slip:${corrected?.id ?? `${ticket}:${form.id}`}`;
  const now = { ...begun(form, sources, corrected), [photo]: corrected?.photoId ?? '', [why]: '' };
  const [values, set, edit] = useEdit<Values>(now, name);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    form.fields.filter(typed).forEach((field, i) => {
      if (field.must && !values[field.id]?.trim()) wrong[`lines[${i}].value`] = t('form.missing');
    });
    if (corrected && !values[why]?.trim()) wrong.why = t('form.missing');
    if (!send.fix(wrong)) return;
    const filled = {
      lines: linesOf(form, values, corrected),
      ...(values[photo] ? { photoId: values[photo] } : {}),
    };
    const made = await send.run(once =>
      corrected
        ? data(
            api.POST('/slips/{id}/correct', {
              params: { path: { id: corrected.id }, header: { ...match(corrected.version), ...once } },
              body: { ...filled, why: values[why]?.trim() ?? '' },
            }),
          )
        : data(
            api.POST('/tickets/{id}/slips', {
              params: { path: { id: ticket }, header: once },
              body: { ...filled, form: form.id },
            }),
          ),
    );
    if (!made) return;
    edit.saved();
    toast(t('slips.kept'));
    for (const key of ['runs', 'ticket']) void client.invalidateQueries({ queryKey: [key] });
    await client.invalidateQueries({ queryKey: ['slips'] });
    close();
  };
  const refused = refusedLines(form, send.fields);
  return (
    <form className="slip-form no-print" aria-label={named(form)} onSubmit={submit} noValidate>
      <h2>{named(form)}</h2>
      {form.fields.filter(typed).map(field => (
        <Field
          key={field.id}
          label={named(field)}
          error={refused[field.id] ?? ''}
          newer={edit.newer[field.id]}
          required={field.must ?? false}
          className={field.long ? 'slip-wide' : ''}
        >
          {a => (
            <SlipInput
              look={look}
              unsaid={t('slips.unsaid')}
              a={a}
              field={field}
              value={values[field.id] ?? ''}
              onChange={value => set({ [field.id]: value })}
            />
          )}
        </Field>
      ))}
      {form.fields.some(f => f.type === 'sign') && (
        <Proof
          sources={sources}
          value={values[photo] ?? ''}
          onChange={id => set({ [photo]: id })}
          error={send.fields.photoId}
        />
      )}
      {corrected && (
        <Field label={t('slips.why')} error={send.fields.why} required className="slip-wide">
          {a => (
            <input
              {...a}
              className="text"
              maxLength={200}
              value={values[why] ?? ''}
              onChange={e => set({ [why]: e.target.value })}
            />
          )}
        </Field>
      )}
      <TroubleNote trouble={send.trouble} />
      <div className="row slip-wide">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
        <button
          type="button"
          className="btn"
          onClick={() => {
            edit.drop();
            close();
          }}
        >
          {t('form.back')}
        </button>
      </div>
    </form>
  );
}
