// How much each role may bill freely where an item has no tariff (BIL-01).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { TemporaryLimits } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { NewerNote } from '../../ui/field.tsx';
import { RoleLimits } from '../../ui/limits.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/temporary.ts';

function Editor({ set }: { set: TemporaryLimits }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const [{ limits }, hold, edit] = useEdit({ limits: set.limits });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const saved = await send.run(() =>
      data(
        api.PUT('/temporary-settings', {
          params: { query: { community }, header: match(set.version) },
          body: { limits },
        }),
      ),
    );
    if (!saved) return;
    edit.saved();
    void showNow(client, ['temporary-settings', community], saved);
    void client.invalidateQueries({ queryKey: ['temporary-items'] });
    toast(t('temporary.limits.saved'));
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('temporary.limits')}>
      <p className="dim">{t('temporary.limits.hint')}</p>
      <NewerNote of={edit.newer.limits} />
      <RoleLimits
        limits={limits}
        set={next => hold({ limits: next })}
        fields={send.fields}
        roles={set.roles}
        hint="0.00"
      />
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn" disabled={send.busy}>
          {t('form.save')}
        </button>
      </p>
    </form>
  );
}

export function Limits() {
  const community = useCommunity();
  const query = useQuery({
    queryKey: ['temporary-settings', community],
    queryFn: () => data(api.GET('/temporary-settings', { params: { query: { community } } })),
    enabled: community !== '',
  });
  return (
    <details>
      <summary>{t('temporary.limits')}</summary>
      <ErrorNote query={query} />
      {query.data && <Editor key={community} set={query.data} />}
    </details>
  );
}
