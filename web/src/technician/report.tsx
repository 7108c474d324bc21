// What somebody at work sees on the grounds becomes a ticket, with photos and, if the phone may say it, the position (TIC-01).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data, uuid } from '../kit/client.ts';
import { useDraft } from '../kit/drafts.ts';
import { explain } from '../kit/explain.ts';
import { Offline } from '../kit/face.tsx';
import { categoryName } from '../kit/format.ts';
import { guessCategory } from '../kit/guess.ts';
import { Icon } from '../kit/icons.tsx';
import { shrink } from '../kit/image.ts';
import { Located, type Position } from '../kit/located.tsx';
import { Field, Skeleton, TroubleNote } from '../kit/phone.tsx';
import { useSend } from '../kit/send.ts';
import { useSession } from '../kit/session.ts';
import type { Category, Grade } from '../kit/types.ts';
import { Shot } from './kept.tsx';
import { flush, keep } from './outbox.ts';
import { back, go } from './path.ts';
import { w } from './report-words.ts';

const grades = ['A', 'B', 'C'] as const;

/** The grade that such a matter has if nobody says otherwise; it may be more urgent, never less than the class asks. */
const usual = (c: Category | undefined): Grade => c?.force ?? c?.defaultGrade ?? c?.minGrade ?? 'C';
const least = (c: Category | undefined): Grade => c?.force ?? c?.minGrade ?? 'C';

interface Taken {
  key: string;
  blob: Blob;
}

const most = 9;

function useShots() {
  const [shots, setShots] = useState<Taken[]>([]);
  const [trouble, setTrouble] = useState('');
  const take = async (file: File | undefined) => {
    if (!file) return;
    if (shots.length >= most) return setTrouble(w('photo.most', { n: most }));
    try {
      const blob = await shrink(file);
      setShots(old => [...old, { key: uuid(), blob }]);
      setTrouble('');
    } catch (error) {
      setTrouble(explain(error));
    }
  };
  const drop = (key: string) => setShots(old => old.filter(s => s.key !== key));
  return { shots, take, drop, trouble };
}

function Shots({ shots, take, drop, trouble }: ReturnType<typeof useShots>) {
  return (
    <>
      <div className="ph">
        {shots.map((s, i) => (
          <button
            key={s.key}
            type="button"
            aria-label={w('photo.drop', { n: i + 1 })}
            onClick={() => drop(s.key)}
          >
            <Shot photo={s.blob} alt="" />
          </button>
        ))}
        <label className="add first">
          <Icon name="camera" />
          {w('photo')}
          <input
            type="file"
            accept="image/*"
            capture="environment"
            aria-label={w('photo')}
            onChange={e => {
              void take(e.target.files?.[0]);
              e.target.value = '';
            }}
          />
        </label>
      </div>
      {trouble && (
        <p className="warn" role="alert">
          {trouble}
        </p>
      )}
    </>
  );
}

interface Draft {
  words: string;
  place: string;
  category: string;
  grade: Grade | '';
}

function Form({ community, categories }: { community: string; categories: Category[] }) {
  const client = useQueryClient();
  const send = useSend();
  const photos = useShots();
  const [at, setAt] = useState<Position>();
  const [draft, setDraft, clear] = useDraft<Draft>('report', {
    words: '',
    place: '',
    category: '',
    grade: '',
  });
  const set = (part: Partial<Draft>) => setDraft(old => ({ ...old, ...part }));
  const open = categories.filter(c => c.parent && !c.hidden);
  const chosen =
    open.find(c => c.id === draft.category) ??
    guessCategory(draft.words, open) ??
    open.find(c => c.id === 'environment.public') ??
    open[0];
  const grade = draft.grade && draft.grade <= least(chosen) ? draft.grade : usual(chosen);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!draft.words.trim()) wrong.title = w('words.missing');
    if (!draft.place.trim()) wrong.place = w('place.missing');
    if (!send.fix(wrong) || !chosen) return;
    const words = draft.words.trim();
    const [first = words] = words.split(/[\n。]/);
    const title = first.slice(0, 60);
    const made = await send.run(once =>
      data(
        api.POST('/tickets', {
          params: { header: once },
          body: {
            community,
            kind: 'repair',
            place: draft.place.trim(),
            category: chosen.id,
            grade,
            title,
            ...(title === words ? {} : { description: words }),
            channel: 'patrol',
            ...(at ? { position: at } : {}),
          },
        }),
      ),
    );
    if (!made) return;
    clear();
    // The ticket stands; its pictures go like all others, also when the network is gone by now.
    for (const s of photos.shots) {
      const path = `/tickets/${made.id}/photos?kind=before`;
      await keep({
        id: s.key,
        ticket: made.id,
        title: made.title,
        step: 'photo',
        path,
        photo: s.blob,
        versioned: false,
      });
    }
    void flush();
    void client.invalidateQueries({ queryKey: ['tickets'] });
    go(`/m/tickets/${made.id}`);
  };
  return (
    <form className="sect stack" onSubmit={submit} noValidate>
      <Field label={w('words')} error={send.fields.title ?? send.fields.description}>
        {a => (
          <textarea
            {...a}
            className="in"
            rows={3}
            maxLength={1000}
            value={draft.words}
            onChange={e => set({ words: e.target.value })}
          />
        )}
      </Field>
      <Field label={w('place')} error={send.fields.place ?? send.fields.roomLabel}>
        {a => (
          <input
            {...a}
            className="in"
            maxLength={100}
            value={draft.place}
            onChange={e => set({ place: e.target.value })}
          />
        )}
      </Field>
      <Located value={at} onChange={setAt} say={w} />
      {send.fields.position && <p className="warn">{send.fields.position}</p>}
      <Shots {...photos} />
      <Field label={w('category')} error={send.fields.category}>
        {a => (
          <select
            {...a}
            className="in"
            value={chosen?.id ?? ''}
            onChange={e => set({ category: e.target.value, grade: '' })}
          >
            {categories
              .filter(c => !c.parent)
              .map(group => (
                <optgroup key={group.id} label={categoryName(group)}>
                  {open
                    .filter(c => c.parent === group.id)
                    .map(c => (
                      <option key={c.id} value={c.id}>
                        {categoryName(c)}
                      </option>
                    ))}
                </optgroup>
              ))}
          </select>
        )}
      </Field>
      <Field label={w('grade')} error={send.fields.grade ?? send.fields.notForced}>
        {a => (
          <select
            {...a}
            className="in"
            value={grade}
            onChange={e => set({ grade: grades.find(g => g === e.target.value) ?? '' })}
          >
            {grades.map(g => (
              <option key={g} value={g} disabled={g > least(chosen)}>
                {w(g)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <TroubleNote trouble={send.trouble} />
      <button type="submit" className="pbtn go" disabled={send.busy}>
        {w(send.busy ? 'sending' : 'go')}
      </button>
    </form>
  );
}

export function ReportPage() {
  const community = useSession().communities[0]?.id ?? '';
  const tree = useQuery({
    queryKey: ['categories'],
    queryFn: async () => (await data(api.GET('/categories'))).items,
    staleTime: 600_000,
  });
  return (
    <main className="screen">
      <header className="navb">
        <button type="button" className="bk" aria-label={w('back')} onClick={back}>
          <Icon name="left" />
        </button>
        <h1>{w('title')}</h1>
      </header>
      <Offline />
      {tree.isPending && <Skeleton />}
      {tree.isError && (
        <div className="trouble" role="alert">
          {explain(tree.error)}
        </div>
      )}
      {tree.data && <Form community={community} categories={tree.data} />}
    </main>
  );
}
