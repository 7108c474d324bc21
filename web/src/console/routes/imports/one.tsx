import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api, base, data } from '../../../kit/client.ts';
import { When } from '../../../kit/parts.tsx';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { Import, ImportOutcome } from '../../../kit/types.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { type ConsoleKey, t } from '../../words/index.ts';
import { Mapping } from './mapping.tsx';
import { Progress, pollEvery, running } from './progress.tsx';

const route = getRouteApi('/console/imports/$id');

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0);
const kindWord = (kind: string) => t(`import.of.${kind}` as ConsoleKey);

/** "3 rooms, 2 customers"; a dash for nothing. */
function said(counts: Record<string, number>): string {
  const parts = Object.entries(counts).filter(([, n]) => n > 0);
  return parts.length === 0
    ? '–'
    : parts.map(([kind, n]) => `${kindWord(kind)} ${n.toLocaleString()}`).join(' · ');
}

function Figures({ item, outcome }: { item: Import; outcome: ImportOutcome | undefined }) {
  const figures = [
    [t('import.rows'), item.rows],
    ...Object.entries(outcome?.new ?? {}).map(
      ([kind, n]) => [t('import.new_of', { kind: kindWord(kind) }), n] as const,
    ),
    [t('import.changed'), sum(outcome?.changed ?? {})],
    [t('import.unchanged'), outcome?.unchanged ?? item.unchanged],
    [t('import.errors'), item.errorCount],
  ] as const;
  return (
    <div className="fig start" data-testid="import-figures">
      {figures.map(([name, n]) => (
        <div key={name}>
          <b>{n.toLocaleString()}</b>
          <span>{name}</span>
        </div>
      ))}
    </div>
  );
}

/** What each mode would do: a dry run of all of them, the careful one chosen. */
function Modes({
  item,
  value,
  onChange,
}: {
  item: Import;
  value: string;
  onChange: (mode: ImportOutcome['mode']) => void;
}) {
  return (
    <table className="grid" data-testid="import-modes">
      <thead>
        <tr>
          <th style={{ width: 180 }}>{t('import.mode')}</th>
          <th>{t('import.would_add')}</th>
          <th>{t('import.would_change')}</th>
          <th className="num">{t('import.unchanged')}</th>
          <th className="num">{t('import.errors')}</th>
        </tr>
      </thead>
      <tbody>
        {item.outcomes.map(one => (
          <tr key={one.mode} className={one.mode === value ? 'on' : ''}>
            <td>
              <label className="row" title={t(`import.mode.${one.mode}.does`)}>
                <input
                  type="radio"
                  name="mode"
                  checked={one.mode === value}
                  disabled={one.bad > 0}
                  onChange={() => onChange(one.mode)}
                />
                {t(`import.mode.${one.mode}`)}
              </label>
            </td>
            <td>{said(one.new)}</td>
            <td>{said(one.changed)}</td>
            <td className="num">{one.unchanged.toLocaleString()}</td>
            <td className={`num ${one.bad > 0 ? 'warn' : ''}`}>{one.bad.toLocaleString()}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Errors({ item }: { item: Import }) {
  return (
    <>
      <h2 className="sub">
        <span className="grow">{t('import.error_rows', { n: item.errorCount })}</span>
        <a className="btn" href={`${base}/imports/${item.id}/errors.xlsx`} download>
          {t('import.red_copy')}
        </a>
      </h2>
      <table className="grid" data-testid="import-errors">
        <thead>
          <tr>
            <th className="num" style={{ width: 72 }}>
              {t('import.row')}
            </th>
            <th style={{ width: 160 }}>{t('import.column')}</th>
            <th style={{ width: 240 }}>{t('import.value')}</th>
            <th>{t('import.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {item.errors.map(e => (
            <tr key={`${e.row}-${e.column}-${e.code}`}>
              <td className="num">{e.row || ''}</td>
              <td>{e.column}</td>
              <td className="dim cut">
                {e.value === undefined || e.value === '' ? t('import.blank') : e.value}
              </td>
              <td className="warn">
                {e.message}{' '}
                {e.modes && (
                  <span className="dim">
                    {t('import.only_in', {
                      modes: e.modes
                        .map(mode => t(`import.mode.${mode as ImportOutcome['mode']}`))
                        .join(t('why.join')),
                    })}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {item.errorCount > item.errors.length && (
        <p className="dim more">{t('import.more_errors', { n: item.errorCount - item.errors.length })}</p>
      )}
    </>
  );
}

/** Data that an import has changed are read anew, and people are told how it ended. */
function useEnd(item: Import | undefined) {
  const client = useQueryClient();
  const last = useRef(item?.state);
  const state = item?.state;
  useEffect(() => {
    const before = last.current;
    last.current = state;
    if (!item || before === undefined || before === state) return;
    if (state === 'applied')
      toast(t('import.applied', { rooms: item.newRooms, customers: item.newCustomers }));
    if (state === 'undone') toast(t('import.undone'));
    if (state === 'applied' || state === 'undone')
      for (const key of ['household', 'search', 'resolve', 'buildings', 'customers'])
        void client.invalidateQueries({ queryKey: [key] });
  }, [client, item, state]);
}

function Actions({ item }: { item: Import }) {
  const client = useQueryClient();
  const send = useSend();
  const [sure, setSure] = useState(false);
  const [mode, setMode] = useState<ImportOutcome['mode']>();
  const chosen = mode ?? item.outcomes.find(one => one.bad === 0)?.mode;
  const put = (made: Import | undefined) => {
    setSure(false);
    if (made) void showNow(client, ['imports', 'one', item.id], made);
  };
  const path = { id: item.id };
  const apply = async () =>
    put(
      await send.run(once =>
        data(
          api.POST('/imports/{id}/apply', {
            params: { path, header: once },
            body: { mode: chosen ?? 'new' },
          }),
        ),
      ),
    );
  const cancel = async () =>
    put(await send.run(once => data(api.POST('/imports/{id}/cancel', { params: { path, header: once } }))));
  const undo = async () =>
    put(await send.run(once => data(api.POST('/imports/{id}/undo', { params: { path, header: once } }))));
  return (
    <>
      {item.state === 'checked' && <Modes item={item} value={chosen ?? ''} onChange={setMode} />}
      {item.state === 'checked' && chosen && <p className="dim">{t(`import.mode.${chosen}.does`)}</p>}
      <TroubleNote trouble={send.trouble} />
      <p className="row" style={{ marginTop: 12 }}>
        {item.state === 'checked' && (
          <>
            <button type="button" className="btn go" disabled={send.busy} onClick={() => void apply()}>
              {t(send.busy ? 'import.applying' : item.template === 'opening' ? 'import.ask' : 'import.apply')}
            </button>
            <span className="dim">
              {t(item.template === 'opening' ? 'import.ask.note' : 'import.apply.note')}
            </span>
          </>
        )}
        {(item.state === 'checking' || item.state === 'applying' || item.state === 'asked') && (
          <button type="button" className="btn" disabled={send.busy} onClick={() => void cancel()}>
            {t('import.cancel')}
          </button>
        )}
        {item.state === 'applied' && (
          <>
            <Link className="btn" to="/console/reception">
              {t('import.to_reception')}
            </Link>
            {item.mode &&
              (sure ? (
                <>
                  <span>{t('import.undo.sure', { n: item.rows })}</span>
                  <button type="button" className="btn" disabled={send.busy} onClick={() => void undo()}>
                    {t('import.undo.yes')}
                  </button>
                  <button type="button" className="btn quiet" onClick={() => setSure(false)}>
                    {t('import.undo.no')}
                  </button>
                </>
              ) : (
                <button type="button" className="btn quiet" onClick={() => setSure(true)}>
                  {t('import.undo')}
                </button>
              ))}
          </>
        )}
      </p>
    </>
  );
}

export function ImportPage() {
  const { id } = route.useParams();
  const [remap, setRemap] = useState(false);
  const query = useQuery({
    queryKey: ['imports', 'one', id],
    queryFn: () => data(api.GET('/imports/{id}', { params: { path: { id } } })),
    refetchInterval: found => (found.state.data && running(found.state.data) ? pollEvery : false),
  });
  const item = query.data;
  useEnd(item);
  if (query.isError && !item) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  if (!item) return <PageSkeleton />;
  const shown = item.outcomes.find(one => one.mode === item.mode) ?? item.outcomes.find(one => one.bad === 0);
  const mapping =
    item.state === 'mapping' || (remap && (item.state === 'checked' || item.state === 'rejected'));
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1 className="cut">{item.fileName}</H1>
        <span className="tag">{t(`import.state.${item.state}`)}</span>
        <span className="dim">
          {t(`import.template.${item.template as 'homes'}`)} · {item.createdBy} <When at={item.createdAt} />
        </span>
        <span className="grow" />
        {(item.state === 'checked' || item.state === 'rejected') && !remap && (
          <button type="button" className="btn quiet" onClick={() => setRemap(true)}>
            {t('import.mapping.again')}
          </button>
        )}
        <Link className="btn quiet" to="/console/imports">
          {t('import.back')}
        </Link>
      </header>
      <div className="page-body">
        {!running(item) && !mapping && (
          <Figures item={item} outcome={item.state === 'rejected' ? undefined : shown} />
        )}
        {item.why && <p className="ask">{item.why}</p>}
        <p className={`ask ${item.state === 'rejected' || item.state === 'mapping' ? '' : 'calm'}`}>
          {t(`import.say.${item.state}`, { n: item.errorCount })}
        </p>
        {running(item) && <Progress item={item} />}
        {mapping ? <Mapping item={item} /> : <Actions key={item.state} item={item} />}
        {item.errors.length > 0 && !mapping && <Errors item={item} />}
      </div>
    </main>
  );
}
