// What was learned from the company's closed tickets, and how well it does (TIC-12).
import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../../kit/client.ts';
import { categoryName } from '../../../kit/format.ts';
import { exact } from '../../../kit/time.ts';
import type { TriageState } from '../../../kit/types.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { t } from '../../words/index.ts';
import { useCategories } from '../tickets/data.ts';

type Named = { id: string; zh: string; en: string };

const percent = (share: number) => `${Math.round(share * 100)}%`;

function Learned({ state }: { state: TriageState }) {
  const n = state.closed.toLocaleString();
  if (state.learned > 0)
    return (
      <p>{t('triage.learned', { n: state.learned.toLocaleString(), at: exact(state.trainedAt ?? '') })}</p>
    );
  if (state.closed < state.least) return <p>{t('triage.few', { n, least: String(state.least) })}</p>;
  return <p>{t('triage.waiting', { n })}</p>;
}

/** Whether sides of fees are learned, and how well. */
function Sides({ state }: { state: TriageState }) {
  const tree = useCategories().data?.items ?? [];
  const sides = tree.find(c => c.facets)?.facets ?? [];
  const n = state.facetsClosed.toLocaleString();
  return (
    <>
      <h2 className="sub">{t('triage.sides')}</h2>
      <p>
        {state.facetsLearned > 0
          ? t('triage.sides.learned', { n: state.facetsLearned.toLocaleString() })
          : t('triage.sides.few', { n, least: String(state.facetsLeast) })}
      </p>
      {state.facetFigures && state.facetFigures.labels.length > 0 && (
        <Trial figures={state.facetFigures} names={sides} title={t('triage.sides.figures')} />
      )}
    </>
  );
}

function Trial({
  figures,
  names,
  title,
}: {
  figures: NonNullable<TriageState['figures']>;
  names: Named[];
  title: string;
}) {
  return (
    <section className="stack" aria-label={title}>
      <h2 className="sub">{title}</h2>
      <p className="dim">
        {t('triage.figures.note', {
          older: figures.learned.toLocaleString(),
          later: figures.heldOut.toLocaleString(),
          said: figures.said.toLocaleString(),
          right: String(Math.round(figures.right * 100)),
          f1: figures.macroF1.toFixed(2),
        })}
      </p>
      <table className="grid">
        <thead>
          <tr>
            <th>{t('triage.label')}</th>
            <th className="num">{t('triage.tickets')}</th>
            <th className="num">{t('triage.precision')}</th>
            <th className="num">{t('triage.recall')}</th>
            <th className="num">F1</th>
          </tr>
        </thead>
        <tbody>
          {figures.labels.map(f => (
            <tr key={f.label}>
              <td>{categoryName(names.find(c => c.id === f.label)) || f.label}</td>
              <td className="num">{f.tickets.toLocaleString()}</td>
              <td className="num">{percent(f.precision)}</td>
              <td className="num">{percent(f.recall)}</td>
              <td className="num">{f.f1.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function TriagePage() {
  const tree = useCategories().data?.items ?? [];
  const query = useQuery({ queryKey: ['triage-state'], queryFn: () => data(api.GET('/ticket-triage')) });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t('settings.triage')}</H1>
      </header>
      <Tabs of="settings" />
      <div className="page-body stack">
        <p className="dim">{t('triage.note')}</p>
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={6} />}
        {query.data && <Learned state={query.data} />}
        {query.data?.figures && query.data.figures.labels.length > 0 && (
          <Trial figures={query.data.figures} names={tree} title={t('triage.figures')} />
        )}
        {query.data && <Sides state={query.data} />}
      </div>
    </main>
  );
}
