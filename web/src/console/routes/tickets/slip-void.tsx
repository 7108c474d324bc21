// A form that should not be there is voided, with a reason; it stays to be read (TIC-14).
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import type { SlipView } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/slips.ts';

export function Voiding({ slip, close }: { slip: SlipView; close: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [why, setWhy] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(why.trim() ? {} : { why: t('form.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/slips/{id}/void', {
          params: { path: { id: slip.id }, header: { ...match(slip.version), ...once } },
          body: { why: why.trim() },
        }),
      ),
    );
    if (!made) return;
    toast(t('slips.void.done'));
    for (const key of ['runs', 'ticket']) void client.invalidateQueries({ queryKey: [key] });
    await client.invalidateQueries({ queryKey: ['slips'] });
    close();
  };
  return (
    <form className="act-form narrow no-print" aria-label={t('slips.void')} onSubmit={submit} noValidate>
      <Field label={t('slips.void.why')} error={send.fields.why} hint={t('slips.void.hint')} required>
        {a => (
          <input
            {...a}
            // biome-ignore lint/a11y/noAutofocus: the form was asked for by name, in the place of its button
            autoFocus
            className="text"
            maxLength={200}
            value={why}
            onChange={e => setWhy(e.target.value)}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <div className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('slips.void.go')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {t('form.back')}
        </button>
      </div>
    </form>
  );
}
