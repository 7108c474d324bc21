// Where it is and who says so: a mobile number or a room in any usual writing finds the household.
import { useQuery } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { useEffect, useState } from 'react';
import { api, data, isApiError } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { wordFor } from '../../../kit/i18n.ts';
import type { Hit, Household, Room } from '../../../kit/types.ts';
import { useCommunity } from '../../session.ts';
import { Choice, Field } from '../../ui/field.tsx';
import { t } from '../../words/index.ts';

export interface WhereDraft {
  where: 'room' | 'place';
  roomText: string;
  roomId?: string;
  customerId?: string;
  place: string;
  mobile: string;
  contactName: string;
}

export const useHousehold = (roomId: string | undefined) =>
  useQuery({
    queryKey: ['household', roomId],
    queryFn: () => data(api.GET('/households/{roomId}', { params: { path: { roomId: roomId ?? '' } } })),
    enabled: roomId !== undefined && roomId !== '',
  });

export function useSettled(text: string, ms = 200): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const id = setTimeout(() => setSettled(text), ms);
    return () => clearTimeout(id);
  }, [text, ms]);
  return settled;
}

function useRoom(label: string) {
  const community = useCommunity();
  const settled = useSettled(label.trim());
  return useQuery({
    queryKey: ['resolve', community, settled],
    queryFn: () => data(api.GET('/rooms/resolve', { params: { query: { community, label: settled } } })),
    enabled: settled.length > 1,
    retry: false,
  });
}

function useCaller(mobile: string) {
  const community = useCommunity();
  const digits = mobile.replace(/[\s-]/g, '');
  return useQuery({
    queryKey: ['search', community, digits],
    queryFn: async () =>
      (await data(api.GET('/search', { params: { query: { q: digits, community } } }))).items.filter(
        hit => hit.kind === 'customer' && hit.roomId,
      ),
    enabled: /^\d{7,12}$/.test(digits),
  });
}

interface Props {
  draft: WhereDraft;
  set: (part: Partial<WhereDraft>) => void;
  household: Household | undefined;
  fields: Record<string, string>;
}

function Known({ draft, set, household }: Props & { household: Household }) {
  const people = household.people.filter(p => !p.to);
  return (
    <div className="known" data-testid="known-household">
      <p className="row">
        <b className="grow">{household.room.label}</b>
        <button
          type="button"
          className="link"
          onClick={() => set({ roomId: undefined, customerId: undefined, roomText: '', mobile: '' })}
        >
          {t('new.other_room')}
        </button>
      </p>
      {people.length > 0 && (
        <Choice
          legend={t('new.caller')}
          name="caller"
          value={draft.customerId ?? ''}
          onChange={id => set({ customerId: id || undefined })}
          options={[
            ...people.map(p => ({
              value: p.customerId,
              label: `${p.name} ${wordFor(`relation.${p.relation}`) ?? ''} ${p.mobileMasked ?? ''}`,
            })),
            { value: '', label: t('new.caller.other') },
          ]}
        />
      )}
      {!draft.customerId && (
        <div className="pair">
          <Field label={t('new.contact')}>
            {a => (
              <Input {...a} value={draft.contactName} onChange={e => set({ contactName: e.target.value })} />
            )}
          </Field>
          <Field label={t('new.mobile')}>
            {a => (
              <Input
                {...a}
                inputMode="tel"
                value={draft.mobile}
                onChange={e => set({ mobile: e.target.value })}
              />
            )}
          </Field>
        </div>
      )}
    </div>
  );
}

function CallerHits({ hits, take }: { hits: Hit[]; take: (hit: Hit) => void }) {
  return (
    <ul className="hits" aria-label={t('new.found')}>
      {hits.map(hit => (
        <li key={`${hit.id}-${hit.roomId}`}>
          <button type="button" onClick={() => take(hit)}>
            <b>{hit.title}</b> <span className="dim">{hit.subtitle}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function Candidates({ rooms, take }: { rooms: Room[]; take: (room: Room) => void }) {
  return (
    <ul className="hits" aria-label={t('new.candidates')}>
      {rooms.map(room => (
        <li key={room.id}>
          <button type="button" onClick={() => take(room)}>
            <b>{room.label}</b> <span className="dim">{room.short}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function FindRoom({ draft, set, fields }: Omit<Props, 'household'>) {
  const room = useRoom(draft.roomText);
  const caller = useCaller(draft.mobile);
  const found = room.data?.room;
  const hits = caller.data ?? [];
  const only = hits.length === 1 ? hits[0] : undefined;
  // One answer needs no choosing.
  useEffect(() => {
    if (draft.roomId) return;
    if (found) set({ roomId: found.id });
    else if (only?.roomId && !draft.roomText) set({ roomId: only.roomId, customerId: only.id });
  });
  const take = (hit: Hit) => set({ roomId: hit.roomId, customerId: hit.id });
  const unknown = isApiError(room.error) ? (room.error.byField().label ?? explain(room.error)) : undefined;
  const nobody = caller.isSuccess && hits.length === 0 ? t('new.caller.unknown') : undefined;
  return (
    <>
      <div className="pair">
        <Field label={t('new.mobile')} error={fields.contactMobile} hint={nobody ?? t('new.mobile.hint')}>
          {a => (
            <Input
              {...a}
              autoFocus
              inputMode="tel"
              value={draft.mobile}
              onChange={e => set({ mobile: e.target.value })}
            />
          )}
        </Field>
        <Field label={t('new.room')} error={fields.roomLabel || unknown} hint={t('new.room.hint')} required>
          {a => (
            <Input
              {...a}
              value={draft.roomText}
              placeholder="3-2-1502"
              onChange={e => set({ roomText: e.target.value, roomId: undefined })}
            />
          )}
        </Field>
      </div>
      {hits.length > 1 && <CallerHits hits={hits} take={take} />}
      {!found && (room.data?.candidates.length ?? 0) > 0 && (
        <Candidates rooms={room.data?.candidates ?? []} take={r => set({ roomId: r.id })} />
      )}
    </>
  );
}

export function Where(props: Props) {
  const { draft, set, household, fields } = props;
  return (
    <>
      <Choice<'room' | 'place'>
        legend={t('new.where')}
        name="where"
        value={draft.where}
        onChange={where => set({ where })}
        options={[
          { value: 'room', label: t('new.where.room') },
          { value: 'place', label: t('new.where.place') },
        ]}
      />
      {draft.where === 'place' ? (
        <>
          <Field label={t('new.place')} error={fields.place} hint={t('new.place.hint')} required>
            {a => (
              <Input
                {...a}
                maxLength={100}
                value={draft.place}
                onChange={e => set({ place: e.target.value })}
              />
            )}
          </Field>
          <div className="pair">
            <Field label={t('new.contact')} error={fields.contactName}>
              {a => (
                <Input
                  {...a}
                  value={draft.contactName}
                  onChange={e => set({ contactName: e.target.value })}
                />
              )}
            </Field>
            <Field label={t('new.mobile')} error={fields.contactMobile}>
              {a => (
                <Input
                  {...a}
                  inputMode="tel"
                  value={draft.mobile}
                  onChange={e => set({ mobile: e.target.value })}
                />
              )}
            </Field>
          </div>
        </>
      ) : draft.roomId && household ? (
        <Known {...props} household={household} />
      ) : (
        <FindRoom draft={draft} set={set} fields={fields} />
      )}
    </>
  );
}
