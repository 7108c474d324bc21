// How much each role may bill freely where an item has no tariff (BIL-01).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { TemporaryLimits } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { RoleLimits } from '../../ui/limits.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/temporary.ts';

function Editor({ set }: { set: TemporaryLimits }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const [limits, setLimits] = useState(set.limits);
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
    void showNow(client, ['temporary-settings', community], saved);
    void client.invalidateQueries({ queryKey: ['temporary-items'] });
    toast(t('temporary.limits.saved'));
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('temporary.limits')}>
      <p className="dim">{t('temporary.limits.hint')}</p>
      <RoleLimits limits={limits} set={setLimits} fields={send.fields} roles={set.roles} hint="0.00" />
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
      {query.data && <Editor key={query.data.version} set={query.data} />}
    </details>
  );
}
