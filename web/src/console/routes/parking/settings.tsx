import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import { useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

interface Settings {
  mostPerSpace: number;
  remindDays: number;
  version: number;
}
const names = ['mostPerSpace', 'remindDays'] as const;

function Form({ settings }: { settings: Settings }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const [values, set, edit] = useEdit({
    mostPerSpace: String(settings.mostPerSpace),
    remindDays: String(settings.remindDays),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = Object.fromEntries(
      names.filter(n => !/^\d{1,3}$/.test(values[n].trim())).map(n => [n, t('parking.rules.wrong')]),
    );
    if (!send.fix(wrong)) return;
    const made = await send.run(() =>
      data(
        api.PUT('/parking/settings', {
          params: { query: { community }, header: match(settings.version) },
          body: { mostPerSpace: Number(values.mostPerSpace), remindDays: Number(values.remindDays) },
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    toast(t('housing.saved'));
    await client.invalidateQueries({ queryKey: ['parking'] });
  };
  return (
    <form className="narrow" onSubmit={submit} noValidate>
      {names.map(name => (
        <Field
          key={name}
          label={t(`parking.rules.${name}`)}
          error={send.fields[name]}
          newer={edit.newer[name]}
          required
        >
          {a => (
            <Input
              {...a}
              inputMode="numeric"
              value={values[name]}
              onChange={e => set({ [name]: e.target.value })}
            />
          )}
        </Field>
      ))}
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'form.save')}
        </button>
      </p>
    </form>
  );
}

export function SettingsForm() {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['parking', 'settings', community],
    queryFn: () => data(api.GET('/parking/settings', { params: { query: { community } } })),
  });
  if (query.isPending) return <Skeleton rows={3} />;
  if (!query.data) return <ErrorNote query={query} />;
  return <Form key={community} settings={query.data} />;
}
