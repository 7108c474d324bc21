// What broke in each month, by class, device and cause, and what is done about it (PRO-02d).
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useDraft } from '../../../kit/drafts.ts';
import { categoryName } from '../../../kit/format.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import type { FaultLine, FaultMonth } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote, More } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { Empty, TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { useCategories } from '../tickets/data.ts';

const route = getRouteApi('/console/faults');

function useCategoryName() {
  const tree = useCategories().data?.items ?? [];
  return (id: string) => categoryName(tree.find(c => c.id === id)) || id;
}

function LineRow({ line, name }: { line: FaultLine; name: string }) {
  return (
    <tr data-testid="fault-line">
      <td>{name}</td>
      <td>{line.facility || <span className="dim">{t('faults.no_facility')}</span>}</td>
      <td>{line.cause || <span className="dim">{t('faults.no_cause')}</span>}</td>
      <td className="num b">{line.n}</td>
      <td className="num">{line.again || ''}</td>
      <td className="num">{line.minutes || ''}</td>
      <td>
        <details>
          <summary>{t('faults.tickets', { n: line.tickets.length })}</summary>
          {line.tickets.map(of => (
            <div key={of.id}>
              <Link to="/console/tickets/$id" params={{ id: of.id }}>
                {of.number}
              </Link>
            </div>
          ))}
        </details>
      </td>
    </tr>
  );
}

function AnswerForm({ month }: { month: FaultMonth }) {
  const client = useQueryClient();
  const send = useSend();
  const [text, setText, clear] = useDraft(`faults:${month.id}`, '');
  const again = () => client.invalidateQueries({ queryKey: ['faults'] });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!send.fix(text.trim() ? {} : { text: t('form.missing') })) return;
    const made = await send.run(once =>
      data(
        api.POST('/fault-months/{id}/measures', {
          params: { path: { id: month.id }, header: { ...match(month.version), ...once } },
          body: { text: text.trim() },
        }),
      ),
    );
    if (!made) return;
    clear();
    toast(t('faults.answered'));
    await again();
  };
  return (
    <form onSubmit={submit} noValidate className="stack">
      <Field label={t('faults.measure')} error={send.fields.text} hint={t('faults.measure.hint')}>
        {a => (
          <textarea
            {...a}
            className="text"
            rows={4}
            maxLength={2000}
            value={text}
            onChange={e => setText(e.target.value)}
          />
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <p className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {t(send.busy ? 'form.saving' : 'faults.answer')}
        </button>
      </p>
    </form>
  );
}

function One({ id }: { id: string }) {
  const can = useCan();
  const name = useCategoryName();
  const query = useQuery({
    queryKey: ['faults', 'one', id],
    queryFn: () => data(api.GET('/fault-months/{id}', { params: { path: { id } } })),
  });
  const month = query.data;
  return (
    <section className="stack" aria-label={month?.period ?? t('faults.title')}>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={8} />}
      {month && (
        <>
          <h2>
            {month.period} · {t('faults.total', { n: month.faults })}
          </h2>
          {month.lines.length === 0 && <p className="dim">{t('faults.month.none')}</p>}
          {month.lines.length > 0 && (
            <table className="grid" aria-label={month.period}>
              <thead>
                <tr>
                  <th>{t('faults.category')}</th>
                  <th>{t('faults.facility')}</th>
                  <th>{t('faults.cause')}</th>
                  <th className="num">{t('faults.n')}</th>
                  <th className="num">{t('faults.again')}</th>
                  <th className="num">{t('faults.minutes')}</th>
                  <th>{t('faults.which')}</th>
                </tr>
              </thead>
              <tbody>
                {month.lines.map(line => (
                  <LineRow
                    key={`${line.category} ${line.facilityId ?? ''} ${line.cause}`}
                    line={line}
                    name={name(line.category)}
                  />
                ))}
              </tbody>
            </table>
          )}
          <h2>{t('faults.measures')}</h2>
          {month.answers.length === 0 && <p className="dim">{t('faults.measures.none')}</p>}
          {month.answers.map(a => (
            <div key={a.at + a.text} className="panel" data-testid="measure">
              <p className="pre">{a.text}</p>
              <p className="dim">
                {a.by} · <When at={a.at} />
              </p>
            </div>
          ))}
          {can('improvement.answer') && <AnswerForm month={month} />}
        </>
      )}
    </section>
  );
}

function Months({ chosen }: { chosen: string | undefined }) {
  const community = useCommunity();
  const name = useCategoryName();
  const query = useInfiniteQuery({
    queryKey: ['faults', 'months', community],
    queryFn: ({ pageParam }) =>
      data(
        api.GET('/fault-months', {
          params: { query: { community, limit: 24, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: page => page.next || undefined,
    enabled: community !== '',
  });
  const rows = query.data?.pages.flatMap(page => page.items);
  return (
    <>
      <ErrorNote query={query} />
      {query.isPending && <Skeleton rows={6} />}
      {rows?.length === 0 && <Empty>{t('faults.none')}</Empty>}
      {rows && rows.length > 0 && (
        <table className="grid" aria-label={t('faults.title')}>
          <thead>
            <tr>
              <th>{t('faults.month')}</th>
              <th className="num">{t('faults.n')}</th>
              <th>{t('faults.most')}</th>
              <th>{t('faults.measures')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(m => (
              <tr key={m.id} data-testid="fault-month">
                <td className="nw">
                  <Link
                    to="/console/faults"
                    search={{ month: m.id }}
                    aria-current={m.id === chosen ? 'true' : undefined}
                  >
                    {m.period}
                  </Link>
                </td>
                <td className="num">{m.faults}</td>
                <td>{m.lines.map(l => `${l.facility || name(l.category)} ${l.n}`).join(t('list.join'))}</td>
                <td>
                  <span className={m.answers.length > 0 || m.faults === 0 ? 'tag green' : 'tag'}>
                    {m.faults === 0
                      ? t('faults.nothing')
                      : t(m.answers.length > 0 ? 'faults.is_answered' : 'faults.is_open')}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <More query={query} />
    </>
  );
}

export function FaultsPage() {
  const { month } = route.useSearch();
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('faults.title')}</H1>
        <span className="dim">{t('faults.lead')}</span>
      </header>
      <Tabs of="visits" />
      <div className="page-body stack">
        <Months chosen={month} />
        {month && <One key={month} id={month} />}
      </div>
    </main>
  );
}
