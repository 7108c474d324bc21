import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { PrivacySettings } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

function useExports() {
  const community = useCommunity();
  return useInfiniteQuery({
    queryKey: ['exports', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/exports', {
          params: { query: { community, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
  });
}

function Limit({ settings }: { settings: PrivacySettings }) {
  const client = useQueryClient();
  const send = useSend();
  const [{ n }, set, edit] = useEdit({ n: String(settings.revealsPerHour) });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const revealsPerHour = Number(n.trim());
    const right = Number.isInteger(revealsPerHour) && revealsPerHour >= 1 && revealsPerHour <= 1000;
    if (!send.fix(right ? {} : { revealsPerHour: t('exports.limit.wrong') })) return;
    const params = { header: match(settings.version) };
    const made = await send.run(() =>
      data(api.PUT('/privacy/settings', { params, body: { revealsPerHour } })),
    );
    if (!made) return;
    edit.saved();
    toast(t('exports.limit.saved'));
    await client.invalidateQueries({ queryKey: ['privacy-settings'] });
  };
  return (
    <form className="row pad-row" onSubmit={submit} noValidate>
      <Field label={t('exports.limit')} error={send.fields.revealsPerHour} newer={edit.newer.n} required>
        {a => <Input {...a} inputMode="numeric" value={n} onChange={e => set({ n: e.target.value })} />}
      </Field>
      <button type="submit" className="btn" disabled={send.busy || n === String(settings.revealsPerHour)}>
        {t(send.busy ? 'form.saving' : 'form.save')}
      </button>
      <TroubleNote trouble={send.trouble} />
    </form>
  );
}

export function ExportsPage() {
  const can = useCan();
  const query = useExports();
  const settings = useQuery({
    queryKey: ['privacy-settings'],
    queryFn: () => data(api.GET('/privacy/settings')),
    enabled: can('privacy.settings'),
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.exports')}</H1>
        <p className="dim">{t('exports.note')}</p>
      </header>
      <Tabs of="settings" />
      <div className="page-body flush">
        {settings.data && <Limit settings={settings.data} />}
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={8} />}
        {query.data && rows.length === 0 && <Empty>{t('exports.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('audit.at')}</th>
                <th>{t('audit.actor')}</th>
                <th>{t('exports.what')}</th>
                <th className="num">{t('exports.rows')}</th>
                <th>{t('exports.filter')}</th>
                <th>{t('exports.id')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(row => (
                <tr key={row.id}>
                  <td className="dim">
                    <When at={row.at} />
                  </td>
                  <td>
                    <b>{row.accountName}</b> <span className="dim3">{row.agentNo}</span>
                  </td>
                  <td>{wordFor(`exports.${row.what}`) ?? row.what}</td>
                  <td className="num">{row.rows}</td>
                  <td className="dim3 cut">{row.filter === '{}' ? '–' : row.filter}</td>
                  <td className="dim3">{row.id}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <More query={query} />
      </div>
    </main>
  );
}
