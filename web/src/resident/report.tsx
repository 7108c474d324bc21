// Report something: words or a picture, and it is sent (FAC-02: three taps).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ChangeEvent, type FormEvent, useEffect, useMemo, useRef, useState } from 'react';
import { api, data, upload, uuid } from '../kit/client.ts';
import { useDraft } from '../kit/drafts.ts';
import { explain } from '../kit/explain.ts';
import { categoryName } from '../kit/format.ts';
import { guessSide } from '../kit/guess.ts';
import { Icon } from '../kit/icons.tsx';
import { shrink } from '../kit/image.ts';
import { Located, type Position } from '../kit/located.tsx';
import { go } from '../kit/path.ts';
import { Field, Skeleton, TroubleNote } from '../kit/phone.tsx';
import { AddRecording, Player } from '../kit/recording.tsx';
import { useSend } from '../kit/send.ts';
import type { Category, MatterFull, NewMatter } from '../kit/types.ts';
import { Bar } from './parts.tsx';
import { coming, filedUnder, visited } from './reported.ts';
import { useHome } from './session.ts';
import { ReportVisit } from './visit.tsx';
import { t } from './words/index.ts';

type Kind = NewMatter['kind'];
const kinds: readonly Kind[] = ['repair', 'service', 'complaint', 'inquiry', 'suggestion', 'praise'];
const kindOf = (): Kind => {
  const asked = new URLSearchParams(location.search).get('kind');
  return kinds.find(k => k === asked) ?? 'repair';
};
interface Picture {
  url: string;
  blob: Blob;
  key: string;
  kind: 'before' | 'voice' | 'video';
}

const most = 9;

function usePictures() {
  const [pictures, setPictures] = useState<Picture[]>([]);
  const held = useRef(0);
  held.current = pictures.length;
  const [error, setError] = useState('');
  const urls = useRef<string[]>([]);
  useEffect(
    () => () => {
      for (const url of urls.current) URL.revokeObjectURL(url);
    },
    [],
  );
  const add = (kind: Picture['kind'], blob: Blob) => {
    if (held.current >= most) return setError(t('report.most', { n: most }));
    held.current++;
    const url = URL.createObjectURL(blob);
    urls.current.push(url);
    setPictures(old => [...old, { url, blob, key: uuid(), kind }]);
  };
  const take = async (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])];
    event.target.value = '';
    setError('');
    for (const file of files) {
      try {
        add('before', await shrink(file));
      } catch (cause) {
        setError(explain(cause));
      }
    }
  };
  return { pictures, setPictures, take, add, error, setError };
}

function Pictures({ pictures, setPictures, take, add, error, setError }: ReturnType<typeof usePictures>) {
  const drop = (p: Picture) => setPictures(old => old.filter(o => o.key !== p.key));
  const shots = pictures.filter(p => p.kind === 'before');
  const recorded = pictures.filter(p => p.kind !== 'before');
  return (
    <div>
      <div className="ph">
        {shots.map((p, i) => (
          <button
            key={p.key}
            type="button"
            aria-label={t('report.photo.remove', { n: i + 1 })}
            onClick={() => drop(p)}
          >
            <img src={p.url} alt="" />
            <em>{t('report.photo.drop')}</em>
          </button>
        ))}
        <span className="add first">
          <Icon name="camera" />
          {t('report.photo')}
          <input
            type="file"
            accept="image/*"
            multiple
            aria-label={t('report.photo')}
            onChange={event => void take(event)}
          />
        </span>
        <AddRecording take={add} onTrouble={setError} />
      </div>
      {recorded.length > 0 && (
        <ul className="recordings">
          {recorded.map(p => (
            <li key={p.key}>
              <Player kind={p.kind} src={p.url} name={t(`report.${p.kind as 'voice' | 'video'}`)} />
              <button type="button" className="btn quiet" onClick={() => drop(p)}>
                {t('report.photo.drop')}
              </button>
            </li>
          ))}
        </ul>
      )}
      {error && (
        <p className="warn" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

const useCategories = () =>
  useQuery({
    queryKey: ['categories'],
    queryFn: async () => (await data(api.GET('/resident/categories'))).items,
    staleTime: 600_000,
  });

function Choose({
  categories,
  value,
  guessed,
  onChange,
  error,
}: {
  categories: Category[];
  value: string;
  guessed: boolean;
  onChange: (id: string) => void;
  error?: string;
}) {
  return (
    <Field label={t(guessed ? 'report.category.guessed' : 'report.category')} error={error}>
      {a => (
        <select {...a} className="in" value={value} onChange={e => onChange(e.target.value)}>
          {categories
            .filter(c => !c.parent)
            .map(group => (
              <optgroup key={group.id} label={categoryName(group)}>
                {categories
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
  );
}

interface Draft {
  words: string;
  category: string;
  /** Which side of a fee it is about. */
  facet?: string;
  outside: boolean;
  place: string;
  visit: string;
  wished?: string;
}

/** What a report begins with: nothing, or what was told of the matter that is taken up. */
function begun(again?: MatterFull): Draft {
  const [, place = '', title = again?.title ?? ''] = /^【(.+?)】(.*)$/s.exec(again?.title ?? '') ?? [];
  return {
    words: again?.description || title,
    category: again?.category ?? '',
    outside: place !== '',
    place,
    visit: '',
    ...(again?.facet ? { facet: again.facet } : {}),
  };
}

/** The ended matter that is taken up is the one that the link from its page names (TIC-04). */
export function ReportPage() {
  const [id] = useState(() => new URLSearchParams(location.search).get('again') ?? '');
  const again = useQuery({
    queryKey: ['matter', id],
    queryFn: () => data(api.GET('/resident/tickets/{id}', { params: { path: { id } } })),
    enabled: id !== '',
  });
  if (id && again.isPending) return <Skeleton />;
  return <Report key={again.data?.id} again={again.data} />;
}

function Report({ again }: { again: MatterFull | undefined }) {
  const home = useHome();
  const client = useQueryClient();
  const send = useSend();
  const kind = kindOf();
  const [draft, setDraft, clear] = useDraft<Draft>(`report:${again?.id ?? kind}`, begun(again));
  const set = (part: Partial<Draft>) => setDraft(old => ({ ...old, ...part }));
  const photos = usePictures();
  const [at, setAt] = useState<Position>();
  const all = useCategories().data;
  const category = useMemo(
    () => filedUnder(kind, draft.words, draft.category, all ?? []),
    [all, draft.category, draft.words, kind],
  );
  if (!home) return null;
  const facets = all?.find(c => c.id === category)?.facets;
  const facet = facets?.find(f => f.id === draft.facet)?.id;
  const side = facet ? undefined : guessSide(draft.words, facets);
  const comes = visited(kind);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    if (!draft.words.trim() && photos.pictures.length === 0) wrong.words = t('report.words.missing');
    if (draft.outside && !draft.place.trim()) wrong.place = t('report.place.missing');
    if (!send.fix(wrong)) return;
    const body = {
      roomId: home.roomId,
      kind,
      category,
      words: draft.words.trim(),
      outside: draft.outside,
      place: draft.outside ? draft.place.trim() : '',
      ...(facet ? { facet } : {}),
      ...(draft.outside && at ? { position: at } : {}),
      ...(again ? { earlierId: again.id } : {}),
      ...coming(kind, draft),
    };
    // As long as pictures are on their way nothing can be sent a second time.
    const made = await send.run(async once => {
      const { id } = await data(api.POST('/resident/tickets', { params: { header: once }, body }));
      clear();
      // The matter stands; a picture that did not go through can be sent again from its page, which says so.
      let lost = 0;
      for (const p of photos.pictures) {
        const to = p.kind === 'before' ? 'photos' : `recordings?kind=${p.kind}`;
        await upload(`/resident/tickets/${id}/${to}`, p.blob, 'file', p.key).catch(() => lost++);
      }
      return { id, lost };
    });
    if (!made) {
      void client.invalidateQueries({ queryKey: ['visits'] });
      return;
    }
    void client.invalidateQueries({ queryKey: ['matters'] });
    go(`/r/tickets/${made.id}${made.lost ? `?lost=${made.lost}` : ''}`, true);
  };
  return (
    <main className="screen">
      <Bar title={t(`kind.${kind}`)} back="/r" />
      <form className="sect stack" onSubmit={submit} noValidate>
        {again && <p className="dim">{t('report.again', { number: again.number })}</p>}
        {send.fields.earlierId && <p className="warn">{send.fields.earlierId}</p>}
        <Field label={t('report.words')} error={send.fields.words}>
          {a => (
            <textarea
              {...a}
              className="in"
              rows={4}
              maxLength={2000}
              placeholder={t(`report.words.${kind === 'repair' ? 'repair' : 'plain'}`)}
              value={draft.words}
              onChange={e => set({ words: e.target.value })}
            />
          )}
        </Field>
        <Pictures {...photos} />
        {all && (
          <Choose
            categories={all}
            value={category}
            guessed={!draft.category && draft.words.trim() !== ''}
            onChange={id => set({ category: id })}
            error={send.fields.category}
          />
        )}
        {facets && (
          <Field label={t('report.facet')} error={send.fields.facet}>
            {a => (
              <select
                {...a}
                className="in"
                value={facet ?? ''}
                onChange={e => set({ facet: e.target.value })}
              >
                <option value="">{t('report.facet.none')}</option>
                {facets.map(f => (
                  <option key={f.id} value={f.id}>
                    {categoryName(f)}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        {side && (
          <button type="button" className="link" onClick={() => set({ facet: side.id })}>
            {t('report.side', { side: categoryName(side) })}
          </button>
        )}
        <label className="duty plain">
          <span>{t('report.outside')}</span>
          <input
            type="checkbox"
            role="switch"
            aria-checked={draft.outside}
            className="switch"
            checked={draft.outside}
            onChange={e => set({ outside: e.target.checked })}
          />
        </label>
        {draft.outside && (
          <Field label={t('report.place')} error={send.fields.place}>
            {a => (
              <input
                {...a}
                className="in"
                maxLength={30}
                value={draft.place}
                onChange={e => set({ place: e.target.value })}
              />
            )}
          </Field>
        )}
        {draft.outside && <Located value={at} onChange={setAt} say={word => t(`report.${word}`)} />}
        {comes && !draft.outside && (
          <ReportVisit
            room={home.roomId}
            category={category}
            value={draft.visit}
            onChange={visit => set({ visit })}
            error={send.fields['visit.slot'] ?? send.fields['visit.day']}
          />
        )}
        {comes && (draft.outside || !draft.visit) && (
          <Field label={t('report.wished')} error={send.fields.wished}>
            {a => (
              <input
                {...a}
                className="in"
                maxLength={60}
                placeholder={t('report.wished.hint')}
                value={draft.wished ?? ''}
                onChange={e => set({ wished: e.target.value })}
              />
            )}
          </Field>
        )}
        <TroubleNote trouble={send.trouble} />
        <button type="submit" className="pbtn go" disabled={send.busy || !all}>
          {t(send.busy ? 'report.sending' : 'report.go')}
        </button>
        <p className="dim s14">{t('report.danger', { number: home.servicePhone })}</p>
      </form>
    </main>
  );
}
