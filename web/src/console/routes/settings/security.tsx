import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { explain } from '../../../kit/explain.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { SignInFigures, SignInLock } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

function whose(lock: SignInLock): string {
  if (lock.where === 'address') return t('locks.address');
  const name = lock.name || t('locks.nobody');
  return lock.where === 'device' ? `${name} · ${t('locks.device')}` : name;
}

function Locks() {
  const client = useQueryClient();
  const query = useQuery({ queryKey: ['locks'], queryFn: () => data(api.GET('/security/locks')) });
  const unlock = useMutation({
    mutationFn: (id: string) => api.DELETE('/security/locks/{id}', { params: { path: { id } } }),
    onSuccess: () => {
      toast(t('locks.unlocked'));
      return client.invalidateQueries({ queryKey: ['locks'] });
    },
    onError: error => toast(explain(error)),
  });
  const rows = query.data?.items ?? [];
  return (
    <section aria-label={t('locks.title')}>
      <h2 className="sub">{t('locks.title')}</h2>
      {query.isPending && <Skeleton rows={2} />}
      <ErrorNote query={query} />
      {query.data && rows.length === 0 && <Empty>{t('locks.none')}</Empty>}
      {rows.length > 0 && (
        <table className="grid">
          <thead>
            <tr>
              <th>{t('locks.who')}</th>
              <th>{t('locks.ip')}</th>
              <th className="num">{t('locks.round')}</th>
              <th>{t('locks.until')}</th>
              <th className="num">
                <span className="quiet-reading">{t('locks.unlock')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(lock => (
              <tr key={lock.id}>
                <td className="b">{whose(lock)}</td>
                <td className="dim">{lock.ip}</td>
                <td className="num">{lock.rounds}</td>
                <td>
                  <When at={lock.until} />
                </td>
                <td className="num">
                  <button
                    type="button"
                    className="btn"
                    disabled={unlock.isPending}
                    onClick={() => unlock.mutate(lock.id)}
                  >
                    {t('locks.unlock')}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Failures() {
  const query = useInfiniteQuery({
    queryKey: ['failures'],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/security/failures', {
          params: { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    getNextPageParam: last => last.next,
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <section aria-label={t('failures.title')}>
      <h2 className="sub">{t('failures.title')}</h2>
      {query.isPending && <Skeleton rows={4} />}
      <ErrorNote query={query} />
      {query.data && rows.length === 0 && <Empty>{t('failures.none')}</Empty>}
      {rows.length > 0 && (
        <table className="grid">
          <thead>
            <tr>
              <th>{t('failures.at')}</th>
              <th>{t('locks.who')}</th>
              <th>{t('locks.ip')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(f => (
              <tr key={f.id}>
                <td className="dim">
                  <When at={f.at} />
                </td>
                <td>
                  {f.name || <span className="dim3">{t('locks.nobody')}</span>}{' '}
                  {f.knownDevice && <span className="tag">{t('locks.device')}</span>}
                </td>
                <td className="dim">{f.ip}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More query={query} />
    </section>
  );
}

const names = [
  'failures',
  'windowMinutes',
  'lockMinutes',
  'addressFailures',
  'idleMinutes',
  'absoluteMinutes',
] as const;
type Name = (typeof names)[number];

function Form({ figures }: { figures: SignInFigures }) {
  const client = useQueryClient();
  const send = useSend();
  const can = useCan();
  const [values, set, edit] = useEdit(
    Object.fromEntries(names.map(name => [name, String(figures[name])])) as Record<Name, string>,
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    for (const name of names)
      if (!/^\d{1,6}$/.test(values[name].trim())) wrong[name] = t('security.figures.number');
    if (!send.fix(wrong)) return;
    const body = Object.fromEntries(names.map(name => [name, Number(values[name])])) as Record<Name, number>;
    const made = await send.run(() =>
      data(api.PUT('/security/settings', { params: { header: match(figures.version) }, body })),
    );
    if (!made) return;
    edit.saved();
    toast(t('security.saved'));
    await client.invalidateQueries({ queryKey: ['sign-in-figures'] });
  };
  return (
    <form onSubmit={submit} noValidate className="narrow">
      <fieldset disabled={!can('auth.settings')} className="narrow">
        {names.map(name => (
          <Field
            key={name}
            label={t(`security.figures.${name}`)}
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
      </fieldset>
      <TroubleNote trouble={send.trouble} />
      {can('auth.settings') && (
        <p>
          <button type="submit" className="btn go" disabled={send.busy}>
            {t(send.busy ? 'form.saving' : 'form.save')}
          </button>
        </p>
      )}
    </form>
  );
}

export function SignInSecurityPage() {
  const query = useQuery({
    queryKey: ['sign-in-figures'],
    queryFn: () => data(api.GET('/security/settings')),
  });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.security')}</H1>
      </header>
      <Tabs of="settings" />
      <div className="page-body stack">
        <Locks />
        <Failures />
        <section aria-label={t('security.figures')}>
          <h2 className="sub">{t('security.figures')}</h2>
          {query.isPending && <Skeleton rows={6} />}
          <ErrorNote query={query} />
          {query.data && <Form figures={query.data} />}
        </section>
      </div>
    </main>
  );
}
