// The rooms that are chosen in the grid: one with all that is known of it, or several whose state changes together.
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import type { Cell, RoomState, StateChange } from '../../../kit/types.ts';
import { useCan } from '../../session.ts';
import { Choice } from '../../ui/field.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { states, useRoom } from './data.ts';
import { RoomForm } from './room.tsx';

const Papers = lazy(() => import('../handover/papers.tsx').then(m => ({ default: m.Papers })));

function useStates() {
  const client = useQueryClient();
  const send = useSend();
  const put = (changes: StateChange[]) =>
    send.run(once => data(api.POST('/rooms/states', { params: { header: once }, body: { changes } })));
  const refresh = () => client.invalidateQueries({ queryKey: ['housing'] });
  const change = async (cells: Cell[], state: RoomState) => {
    const done = await put(cells.map(c => ({ room: c.id, version: c.version, state })));
    if (!done) return;
    await refresh();
    const says = t('housing.state.changed', { n: cells.length, state: t(`housing.state.${state}`) });
    toast(says, () => {
      void put(done.undo).then(async undone => {
        if (undone) toast(t('do.undone'));
        await refresh();
      });
    });
  };
  return { send, change };
}

function Facts({ id }: { id: string }) {
  const can = useCan();
  const query = useRoom(id);
  const [editing, setEditing] = useState(false);
  if (query.isPending) return <Skeleton rows={5} />;
  const room = query.data;
  if (!room) return <ErrorNote query={query} />;
  if (editing) return <RoomForm room={room} onClose={() => setEditing(false)} />;
  const facts: [string, string][] = [
    [t('housing.type'), t(`housing.type.${room.type}`)],
    [t('housing.floor.of'), room.floor === undefined ? '–' : String(room.floor)],
    [t('housing.area'), room.buildingArea ? `${room.buildingArea} m²` : '–'],
    [t('housing.inner'), room.innerArea ? `${room.innerArea} m²` : '–'],
    [t('housing.handed'), room.handedOverOn ?? '–'],
    [t('housing.owner'), room.owner ?? '–'],
    ...room.parcels.map((p): [string, string] => [
      t(`housing.parcel.${p.kind}`),
      [p.name, p.staffName].filter(Boolean).join(' · '),
    ]),
    [t('housing.notes'), room.notes || '–'],
  ];
  return (
    <>
      <dl className="facts tall">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="row wrap">
        <Link className="btn" to="/console/households/$roomId" params={{ roomId: id }}>
          {t('housing.household')}
        </Link>
        {can('housing.edit') && (
          <button type="button" className="btn" onClick={() => setEditing(true)}>
            {t('housing.edit')}
          </button>
        )}
      </p>
      {can('handover.view') && (
        <Suspense>
          <Papers roomId={id} />
        </Suspense>
      )}
    </>
  );
}

export function RoomSide({ cells, onClose }: { cells: Cell[]; onClose: () => void }) {
  const can = useCan();
  const { send, change } = useStates();
  const [only] = cells;
  const one = cells.length === 1 ? only : undefined;
  return (
    <aside className="estate-side" aria-label={one?.label ?? t('housing.chosen', { n: cells.length })}>
      <div className="row">
        <h2 className="grow">{one?.label ?? t('housing.chosen', { n: cells.length })}</h2>
        <button type="button" className="btn quiet" onClick={onClose}>
          {t('do.close')}
        </button>
      </div>
      {!one && <p className="dim">{cells.map(c => c.short).join(t('why.join'))}</p>}
      {can('housing.edit') ? (
        <Choice<RoomState>
          legend={t('housing.state')}
          name="state"
          value={one?.state}
          onChange={state => void change(cells, state)}
          options={states.map(value => ({
            value,
            label: t(`housing.state.${value}`),
            disabled: send.busy,
          }))}
        />
      ) : (
        one && <p>{t(`housing.state.${one.state}`)}</p>
      )}
      <TroubleNote trouble={send.trouble} />
      {one && <Facts key={one.id} id={one.id} />}
    </aside>
  );
}
