// The forms of all tickets as they were filled in, one form or all, to be looked through and taken out (TIC-14, PRO-03).
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { current, named, typed, useForms, written } from '../../../kit/slips.ts';
import { exact, today } from '../../../kit/time.ts';
import type { SlipForm, SlipRow } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { ExportLink } from '../../ui/export-link.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Empty } from '../../ui/trouble.tsx';
import { t } from '../../words/slips.ts';
import { daysOf } from '../tickets/look-ins.tsx';

const route = getRouteApi('/console/tickets/slips');

type FormId = SlipRow['form'];

function useRegister(form: FormId | undefined, known: boolean) {
  const community = useCommunity();
  return useInfiniteQuery({
    queryKey: ['slips', 'register', community, form],
    queryFn: ({ pageParam }) => {
      const query = {
        community,
        ...(form ? { form: form as 'onsite_form' } : {}),
        ...(pageParam ? { cursor: pageParam } : {}),
      };
      return data(api.GET('/slips', { params: { query } }));
    },
    initialPageParam: '',
    enabled: known,
    getNextPageParam: page => page.next || undefined,
  });
}

/** The lines that say most about a slip: those that it must have. */
function gist(form: SlipForm | undefined, row: SlipRow): string {
  const lines = form?.fields.filter(f => typed(f) && f.must) ?? [];
  return lines
    .map(f => written(f, row))
    .filter(Boolean)
    .join(' · ');
}

export function SlipRegisterPage() {
  const asked = route.useSearch().form;
  const navigate = route.useNavigate();
  const community = useCommunity();
  const [month, setMonth] = useState(today().slice(0, 7));
  const forms = useForms();
  // A form that there is not, typed by hand, is read as if it were not there.
  const form = forms.data?.find(f => f.id === asked)?.id;
  const query = useRegister(form, !asked || !forms.isPending);
  const rows = query.data?.pages.flatMap(page => page.items) ?? [];
  const of = (row: SlipRow) => forms.data?.find(f => f.id === row.form && f.version === row.edition);
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('slips.register')}</H1>
        <label className="row">
          <span className="dim">{t('slips.choose')}</span>
          <select
            className="pick"
            value={form ?? ''}
            onChange={e => void navigate({ search: e.target.value ? { form: e.target.value } : {} })}
          >
            <option value="">{t('tickets.any')}</option>
            {current(forms.data ?? []).map(f => (
              <option key={f.id} value={f.id}>
                {named(f)}
              </option>
            ))}
          </select>
        </label>
        <span className="grow" />
        {form && (
          <>
            <label className="row">
              <span className="dim">{t('look.export.month')}</span>
              <input
                type="month"
                className="text"
                value={month}
                onChange={e => e.target.value && setMonth(e.target.value)}
              />
            </label>
            <ExportLink path="/slips" query={{ community, form, ...daysOf(month) }} need="ticket.export" />
          </>
        )}
      </header>
      <Tabs of="visits" />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too */}
      <section className="page-body" tabIndex={0} aria-label={t('slips.register')}>
        <ErrorNote query={forms.isError ? forms : query} />
        {query.isPending && <Skeleton rows={8} />}
        {query.data && rows.length === 0 && <Empty>{t('slips.register.none')}</Empty>}
        {rows.length > 0 && (
          <table className="grid">
            <thead>
              <tr>
                <th>{t('slips.choose')}</th>
                <th>{t('slips.content')}</th>
                <th>{t('tickets.number')}</th>
                <th>{t('ticket.place')}</th>
                <th>{t('slips.when')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(row => {
                const its = of(row);
                return (
                  <tr key={row.id} data-testid="slip-row">
                    <td>
                      {its && named(its)} <b>{row.number}</b>
                    </td>
                    <td>{gist(its, row)}</td>
                    <td>
                      <Link to="/console/tickets/$id/slips" params={{ id: row.ticketId }}>
                        {row.of}
                      </Link>
                    </td>
                    <td>{row.place}</td>
                    <td>
                      {exact(row.at)} {row.by}{' '}
                      {row.voidedAt ? (
                        <span className="tag amber" title={row.voidWhy}>
                          {t('slips.void.tag')}
                        </span>
                      ) : (
                        row.revision > 1 && <span className="tag">{t('slips.corrected')}</span>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        )}
        <More query={query} />
      </section>
    </main>
  );
}
