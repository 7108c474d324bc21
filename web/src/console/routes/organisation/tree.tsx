import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import type { Tree } from '../../../kit/types.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { t } from '../../words/index.ts';
import { NodePane } from './node.tsx';

export type Kind = 'company' | 'region' | 'community';
export interface Node {
  kind: Kind;
  id: string;
  name: string;
  deep: number;
  communities: number;
  staff: number;
  rooms: number;
}

/** The tree as rows, every node after its parent, with what lies below it added up. */
export function rowsOf(tree: Tree): Node[] {
  const below = (id: string): Node[] => [
    ...tree.regions
      .filter(r => (r.parentId ?? '') === id)
      .flatMap(r => {
        const inner = below(r.id);
        return [sum('region', r.id, r.name, inner), ...inner.map(n => ({ ...n, deep: n.deep + 1 }))];
      }),
    ...tree.communities
      // A region outside one's scope is not shown: its communities stand where they can be seen.
      .filter(c => (tree.regions.some(r => r.id === c.regionId) ? c.regionId : '') === id)
      .map(c => ({
        kind: 'community' as const,
        id: c.id,
        name: c.name,
        deep: 0,
        communities: 1,
        staff: c.staff,
        rooms: c.rooms,
      })),
  ];
  const all = below('');
  return [sum('company', '', tree.company, all), ...all.map(n => ({ ...n, deep: n.deep + 1 }))];
}

function sum(kind: Kind, id: string, name: string, inner: Node[]): Node {
  const leaves = inner.filter(n => n.kind === 'community');
  const add = (of: (n: Node) => number) => leaves.reduce((total, n) => total + of(n), 0);
  return {
    kind,
    id,
    name,
    deep: 0,
    communities: leaves.length,
    staff: add(n => n.staff),
    rooms: add(n => n.rooms),
  };
}

const icons = { company: 'flag', region: 'pin', community: 'home' } as const;
const keyOf = (n: Node) => `${n.kind}-${n.id}`;

export function OrganisationPage() {
  const query = useQuery({ queryKey: ['organisation'], queryFn: () => data(api.GET('/organisation')) });
  const rows = useMemo(() => (query.data ? rowsOf(query.data) : []), [query.data]);
  const [chosen, setChosen] = useState('company-');
  const open = rows.find(n => keyOf(n) === chosen);
  return (
    <main id="main" className={`main ${open ? 'split' : ''}`}>
      <section className="list bare" aria-label={t('organisation.tree')}>
        <div className="h">
          <H1>{t('settings.organisation')}</H1>
        </div>
        <Tabs of="settings" />
        <div className="scroll">
          <ErrorNote query={query} />
          {query.isPending && <Skeleton rows={10} />}
          {rows.length > 0 && (
            <table className="grid">
              <colgroup>
                <col />
                <col style={{ width: 104 }} />
                <col style={{ width: 72 }} />
                <col style={{ width: 72 }} />
              </colgroup>
              <thead>
                <tr>
                  <th>{t('organisation.name')}</th>
                  <th className="num">{t('organisation.communities')}</th>
                  <th className="num">{t('organisation.staff')}</th>
                  <th className="num">{t('organisation.rooms')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(node => (
                  <tr
                    key={keyOf(node)}
                    className={keyOf(node) === chosen ? 'on' : ''}
                    data-testid={`node-${node.kind}`}
                    onClick={() => setChosen(keyOf(node))}
                  >
                    <td className="cut">
                      <span className="tree-row" style={{ '--deep': node.deep } as React.CSSProperties}>
                        <Icon name={icons[node.kind]} />
                        <button
                          type="button"
                          className="cell"
                          aria-current={keyOf(node) === chosen ? 'true' : undefined}
                          onClick={() => setChosen(keyOf(node))}
                        >
                          {node.name}
                        </button>
                      </span>
                    </td>
                    <td className="num">{node.kind === 'community' ? '' : node.communities}</td>
                    <td className="num">{node.staff}</td>
                    <td className="num">{node.rooms}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </div>
      </section>
      {open && query.data && (
        <NodePane key={keyOf(open)} node={open} tree={query.data} onGone={() => setChosen('company-')} />
      )}
    </main>
  );
}
