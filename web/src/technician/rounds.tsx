// A round with printed bills (BIL-08a): the doors in walking order, a picture and a result for each, without a network too.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { base, isOffline, post, uuid } from '../kit/client.ts';
import { explain } from '../kit/explain.ts';
import { Offline } from '../kit/face.tsx';
import { Icon } from '../kit/icons.tsx';
import { shrink } from '../kit/image.ts';
import { Skeleton, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { showNow } from '../kit/shown.ts';
import { when } from '../kit/time.ts';
import type { BillDoor, BillRoundFull } from '../kit/types.ts';
import { Kept, Shot } from './kept.tsx';
import { roundQuery } from './my-rounds.tsx';
import { flush, keep, useWaiting, waitingFor } from './outbox.ts';
import { back } from './path.ts';
import { t } from './words/index.ts';

const results = ['delivered', 'boxed', 'not_met', 'refused'] as const;
type Result = (typeof results)[number];

/** What was done at a door goes through the outbox: at once with a network, else when there is one. */
function useDoor(door: BillDoor, round: BillRoundFull) {
  const client = useQueryClient();
  const send = useSend();
  const [trouble, setTrouble] = useState<string>();
  const title = door.label;
  const photo = async (file: File): Promise<boolean> => {
    try {
      const made = await shrink(file);
      const path = `/bill-notices/${door.id}/photos`;
      await keep({ id: uuid(), ticket: door.id, title, step: 'photo', path, photo: made, versioned: false });
      if (navigator.onLine) await flush();
      setTrouble(undefined);
      return true;
    } catch (error) {
      setTrouble(explain(error));
      return false;
    }
  };
  const tell = async (result: Result, words?: string) => {
    const path = `/bill-notices/${door.id}/visit`;
    const body = words ? { result, words } : { result };
    if (navigator.onLine) await flush();
    const made = await send.run(async once => {
      const later = () =>
        keep({
          id: once['Idempotency-Key'],
          ticket: door.id,
          title,
          step: result,
          path,
          body,
          versioned: false,
        });
      if (!navigator.onLine || waitingFor(door.id).some(w => !w.refused)) return { kept: await later() };
      try {
        return { round: await post<BillRoundFull>(path, body, once) };
      } catch (error) {
        if (!isOffline(error)) throw error;
        return { kept: await later() };
      }
    });
    if (made?.round) void showNow(client, ['round', round.id], made.round);
    // Asked again, so that the phone keeps the round as it is now for when the network is gone.
    for (const key of ['round', 'rounds']) void client.invalidateQueries({ queryKey: [key] });
    return made !== undefined;
  };
  return { send, photo, tell, trouble };
}

/** A picture counts until the next result is told: of what waits here, and of what the server has. */
function Act({ door, round, told: onTold }: { door: BillDoor; round: BillRoundFull; told: () => void }) {
  const { send, photo, tell: telling, trouble } = useDoor(door, round);
  const tell = async (result: Result, words?: string) => {
    if (await telling(result, words)) onTold();
  };
  const waiting = useWaiting().filter(w => w.ticket === door.id);
  const [taken, setTaken] = useState(0);
  const [refusing, setRefusing] = useState(false);
  const [words, setWords] = useState('');
  const told = waiting.find(w => results.some(r => r === w.step));
  if (told)
    return (
      <p className="dim">
        {t(`round.${told.step as Result}`)} · {t('round.waits')}
      </p>
    );
  const may = !round.photo || taken > 0;
  return (
    <div className="stack">
      <div className="ph">
        {waiting.map(w => w.photo && <Shot key={w.id} photo={w.photo} alt={t('round.photo')} />)}
        <label className="add first">
          <Icon name="camera" />
          {taken > 0 ? t('round.photo.done', { n: taken }) : t('round.photo')}
          <input
            type="file"
            accept="image/*"
            capture="environment"
            aria-label={`${t('round.photo')} ${door.label}`}
            onChange={e => {
              const file = e.target.files?.[0];
              e.target.value = '';
              if (file) void photo(file).then(kept => kept && setTaken(n => n + 1));
            }}
          />
        </label>
      </div>
      {!may && <p className="dim">{t('round.photo.first')}</p>}
      {trouble && (
        <p className="trouble" role="alert">
          {trouble}
        </p>
      )}
      <TroubleNote trouble={send.trouble} />
      {refusing ? (
        <>
          <label className="stack">
            {t('round.refused.why')}
            <textarea
              rows={2}
              maxLength={200}
              value={words}
              aria-invalid={send.fields.words ? true : undefined}
              onChange={e => setWords(e.target.value)}
            />
          </label>
          <div className="two-btn">
            <button type="button" className="pbtn" onClick={() => setRefusing(false)}>
              {t('form.back')}
            </button>
            <button
              type="button"
              className="pbtn go"
              disabled={send.busy || !words.trim()}
              onClick={() => void tell('refused', words.trim())}
            >
              {t('round.refused')}
            </button>
          </div>
        </>
      ) : (
        (
          [
            ['not_met', 'boxed'],
            ['refused', 'delivered'],
          ] as const
        ).map(pair => (
          <div key={pair[0]} className="two-btn">
            {pair.map(result => (
              <button
                key={result}
                type="button"
                className={result === 'delivered' ? 'pbtn go' : 'pbtn'}
                disabled={!may || send.busy}
                onClick={() => (result === 'refused' ? setRefusing(true) : void tell(result))}
              >
                {t(`round.${result}`)}
              </button>
            ))}
          </div>
        ))
      )}
    </div>
  );
}

function Door({
  door,
  round,
  open,
  choose,
  told,
}: {
  door: BillDoor;
  round: BillRoundFull;
  open: boolean;
  choose: () => void;
  told: () => void;
}) {
  const waits = useWaiting().some(w => w.ticket === door.id && results.some(r => r === w.step));
  const left = door.state === 'printed';
  return (
    <li className="run-step" data-testid="door">
      <div className="grow stack">
        <button type="button" className="valve" aria-expanded={open} onClick={choose}>
          <b className="grow">{door.label}</b>
          {waits && <span className="dim">{t('round.waits')}</span>}
          {!waits && !left && <span className="dim">{t(`round.${door.state as Result}`)}</span>}
          {!waits && left && door.tries > 0 && (
            <span className="dim">
              {t('round.tries', { n: door.tries })}
              {door.next && ` · ${t('round.next', { day: door.next })}`}
            </span>
          )}
          <Icon name="right" />
        </button>
        {open && (
          <>
            {door.visits.map(v => (
              <div key={v.id} className="stack">
                <p className="dim s14">
                  {t('round.done', { result: t(`round.${v.result}`), time: when(v.at), by: v.by })}
                  {v.words && ` · ${v.words}`}
                </p>
                <div className="ph">
                  {v.photos.map(p => (
                    <a key={p} href={`${base}/bill-photos/${p}`} target="_blank" rel="noreferrer">
                      <img src={`${base}/bill-photos/${p}`} alt={t('round.photo')} />
                    </a>
                  ))}
                </div>
              </div>
            ))}
            {left && <Act key={door.tries} door={door} round={round} told={told} />}
          </>
        )}
      </div>
    </li>
  );
}

export function RoundPage({ id }: { id: string }) {
  const query = useQuery(roundQuery(id));
  const [chosen, setChosen] = useState<string>();
  const waiting = useWaiting();
  const round = query.data;
  const told = (d: BillDoor) =>
    d.state !== 'printed' || waiting.some(w => w.ticket === d.id && results.some(r => r === w.step));
  const handed = (d: BillDoor) =>
    d.state !== 'printed' ||
    waiting.some(w => w.ticket === d.id && results.some(r => r === w.step && r !== 'not_met'));
  // The next door opens by itself; who was not met today waits at the end.
  const next = round?.doors.find(d => !told(d) && d.tries === 0) ?? round?.doors.find(d => !told(d));
  const open = chosen ?? next?.id;
  return (
    <main className="screen">
      <header className="navb">
        <button type="button" className="bk" aria-label={t('ticket.back')} onClick={back}>
          <Icon name="left" />
        </button>
        <h1>{round ? `${round.building} · ${t('rounds.mine')}` : t('rounds.mine')}</h1>
      </header>
      <Offline />
      <Kept />
      {query.isPending && <Skeleton />}
      {query.isError && !round && (
        <div className="trouble" role="alert">
          {explain(query.error)}
          <button type="button" className="link" onClick={() => void query.refetch()}>
            {t('error.retry')}
          </button>
        </div>
      )}
      {round && (
        <section className="sect" aria-label={t('rounds.mine')}>
          <p role="status">
            {round.left === 0
              ? t('round.all')
              : t('round.progress', { done: round.doors.filter(handed).length, all: round.doors.length })}
          </p>
          <ol className="run-steps">
            {round.doors.map(d => (
              <Door
                key={d.id}
                door={d}
                round={round}
                open={d.id === open}
                choose={() => setChosen(d.id === open ? '' : d.id)}
                told={() => setChosen(undefined)}
              />
            ))}
          </ol>
        </section>
      )}
    </main>
  );
}
