// Statements of account that were sent, when they go out, and the developer's (BIL-08).
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import InputNumber from 'antd/es/input-number';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { ExtractMade, ExtractRules } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

const route = getRouteApi('/console/extracts');

const states = ['told', 'unreached', 'waiting'] as const;
const colour: Record<ExtractMade['state'], string> = { told: 'green', unreached: 'amber', waiting: '' };

function Day({ rules }: { rules: ExtractRules }) {
  const community = useCommunity();
  const may = useCan()('extract.settings');
  const client = useQueryClient();
  const send = useSend();
  const [{ day }, set, edit] = useEdit({ day: rules.day });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await send.run(once =>
      data(
        api.PUT('/extract-rules', {
          params: { query: { community }, header: { ...once, ...match(rules.version) } },
          body: { day },
        }),
      ),
    );
    if (!made) return;
    edit.saved();
    toast(t('form.saved'));
    void showNow(client, ['extracts', 'rules', community], made);
  };
  if (!may) return <p>{t('extract.day.said', { day: rules.day })}</p>;
  return (
    <form className="stack" onSubmit={submit} noValidate aria-label={t('extract.day')}>
      <Field
        label={t('extract.day')}
        error={send.fields.day}
        newer={edit.newer.day}
        hint={t('extract.day.hint')}
      >
        {a => (
          <InputNumber {...a} min={1} max={28} value={day} onChange={value => set({ day: value ?? 5 })} />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p>
        <button type="submit" className="btn go" disabled={send.busy}>
          {t('form.save')}
        </button>
      </p>
    </form>
  );
}

function Row({ of: m }: { of: ExtractMade }) {
  const at =
    m.form === 'room' && m.roomId ? { form: 'room', id: m.roomId } : { form: m.form, id: m.customerId };
  return (
    <tr>
      <td>
        <Link
          to="/console/extracts/$form/$id"
          params={at}
          search={{ from: m.from ?? '', to: m.to ?? '', lang: m.lang }}
        >
          {m.from} – {m.to}
        </Link>
      </td>
      <td>
        <Link to="/console/customers/$id" params={{ id: m.customerId }}>
          {m.name}
        </Link>
      </td>
      <td>{m.label ?? t(`extract.form.${m.form}`)}</td>
      <td>
        <span className={`tag ${colour[m.state]}`}>{t(`extract.state.${m.state}`)}</span>{' '}
        <span className="dim">
          {(m.channels ?? '')
            .split(',')
            .filter(Boolean)
            .map(c => t(`extract.channel.${c as 'app'}`))
            .join(t('extract.join'))}
        </span>
      </td>
      <td className="dim">
        <When at={m.at} />
      </td>
    </tr>
  );
}

export function ExtractsPage() {
  const community = useCommunity();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const state = states.find(s => s === search.state);
  const rules = useQuery({
    queryKey: ['extracts', 'rules', community],
    queryFn: () => data(api.GET('/extract-rules', { params: { query: { community } } })),
    enabled: community !== '',
  });
  const query = useInfiniteQuery({
    queryKey: ['extracts', community, state ?? ''],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/extracts', {
          params: {
            query: {
              community,
              ...(state ? { state } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    enabled: community !== '',
  });
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('extract.list')}</H1>
        <Choice
          legend={t('extract.state')}
          quietLegend
          name="state"
          value={state ?? 'all'}
          options={(['all', ...states] as const).map(value => ({
            value,
            label: t(`extract.state.${value}`),
          }))}
          onChange={value => navigate({ search: value === 'all' ? {} : { state: value } })}
        />
        <span className="grow" />
        <Link className="btn" to="/console/extracts/$form/$id" params={{ form: 'developer', id: community }}>
          {t('extract.form.developer')}
        </Link>
      </header>
      <Tabs of="fees" />
      <div className="page-body two-cols">
        <div>
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={8} />}
          {query.data && rows.length === 0 && <Empty>{t('extract.list.none')}</Empty>}
          {rows.length > 0 && (
            <table className="grid" aria-label={t('extract.list')}>
              <thead>
                <tr>
                  <th>{t('extract.span')}</th>
                  <th>{t('extract.customer')}</th>
                  <th>{t('extract.form')}</th>
                  <th>{t('extract.state')}</th>
                  <th>{t('extract.at')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(m => (
                  <Row key={m.id} of={m} />
                ))}
              </tbody>
            </table>
          )}
          <More query={query} />
        </div>
        <aside aria-label={t('extract.day')}>
          <ErrorNote query={rules} />
          {rules.data && <Day key={community} rules={rules.data} />}
          <p className="dim">{t('extract.list.hint')}</p>
        </aside>
      </div>
    </main>
  );
}
