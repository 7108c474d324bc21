// How much each role may bill freely where an item has no tariff (BIL-01).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import type { TemporaryLimits } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

function Editor({ set }: { set: TemporaryLimits }) {
  const community = useCommunity();
  const client = useQueryClient();
  const send = useSend();
  const [limits, setLimits] = useState(set.limits);
  const can = useCan();
  const roles = useQuery({
    queryKey: ['roles'],
    queryFn: () => data(api.GET('/roles')),
    enabled: can('auth.roles_view'),
  });
  const nameOf = (code: string) => roles.data?.items.find(r => r.code === code)?.name ?? code;
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
    client.setQueryData(['temporary-settings', community], saved);
    void client.invalidateQueries({ queryKey: ['temporary-items'] });
    toast(t('temporary.limits.saved'));
  };
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('temporary.limits')}>
      <p className="dim">{t('temporary.limits.hint')}</p>
      <div className="pair">
        {limits.map((l, i) => (
          <Field key={l.role} label={nameOf(l.role)} error={send.fields[`limits[${i}].upTo`]}>
            {a => (
              <Input
                {...a}
                className="num"
                inputMode="decimal"
                value={l.upTo}
                onChange={e =>
                  setLimits(old => old.map((x, n) => (n === i ? { ...x, upTo: e.target.value } : x)))
                }
              />
            )}
          </Field>
        ))}
      </div>
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
