// Visits to check on running work: what is planned, and what was found with a picture (TIC-10).
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, data, match, upload } from './client.ts';
import { word } from './i18n.ts';
import { shrink } from './image.ts';
import { When } from './parts.tsx';
import { Field, TroubleNote } from './phone.tsx';
import { useSend } from './send.ts';
import type { LookIn, LookInView } from './types.ts';

export function useLookIns(community: string, ticket = '', enabled = true) {
  return useQuery({
    queryKey: ['look-ins', community, ticket],
    queryFn: async () =>
      (
        await data(
          api.GET('/look-ins', { params: { query: ticket ? { community, ticket } : { community } } }),
        )
      ).items,
    enabled: enabled && community !== '',
  });
}

/** What was found, or why nobody goes. A picture is sent before; it stays among the ticket's. */
function Record({ look, close }: { look: LookIn; close: () => void }) {
  const client = useQueryClient();
  const send = useSend();
  const [words, setWords] = useState('');
  const [photo, setPhoto] = useState<File>();
  const [sent, setSent] = useState<{ of: File; id: string }>();
  const submit = async (cancel: boolean) => {
    const text = words.trim();
    if (!send.fix(text ? {} : { finding: word('lookin.missing') })) return;
    const made = await send.run(async once => {
      const params = { path: { id: look.id }, header: { ...match(look.version), ...once } };
      if (cancel) return data(api.POST('/look-ins/{id}/cancel', { params, body: { reason: text } }));
      let photoId = photo && sent?.of === photo ? sent.id : undefined;
      if (photo && !photoId) {
        const path = `/tickets/${look.ticketId}/photos?kind=before`;
        photoId = (await upload<{ id: string }>(path, await shrink(photo), 'photo.jpg')).id;
        setSent({ of: photo, id: photoId });
      }
      const body = { finding: text, ...(photoId ? { photoId } : {}) };
      return data(api.POST('/look-ins/{id}/done', { params, body }));
    });
    if (!made) return;
    for (const key of ['look-ins', 'ticket']) void client.invalidateQueries({ queryKey: [key] });
    close();
  };
  return (
    <form
      className="run-form"
      aria-label={word('lookin.record')}
      onSubmit={(e: FormEvent) => {
        e.preventDefault();
        void submit(false);
      }}
      noValidate
    >
      <Field label={word('lookin.finding')} error={send.fields.finding ?? send.fields.reason}>
        {a => (
          <textarea
            {...a}
            className="in"
            rows={2}
            maxLength={1000}
            value={words}
            onChange={e => setWords(e.target.value)}
          />
        )}
      </Field>
      <label className="row">
        <span>{word('lookin.photo')}</span>
        <input type="file" accept="image/*" onChange={e => setPhoto(e.target.files?.[0])} />
      </label>
      <TroubleNote trouble={send.trouble} />
      <div className="row">
        <button type="submit" className="btn go" disabled={send.busy}>
          {word('lookin.record')}
        </button>
        <button type="button" className="btn" disabled={send.busy} onClick={() => void submit(true)}>
          {word('lookin.cancel')}
        </button>
        <button type="button" className="btn quiet" onClick={close}>
          {word('run.back')}
        </button>
      </div>
    </form>
  );
}

/** One of them: when and who, and what was found. */
export function LookInCard({
  look,
  may,
  about,
}: {
  look: LookInView;
  may: boolean;
  about?: React.ReactNode;
}) {
  const [open, setOpen] = useState(false);
  return (
    <li className={`run-step ${look.state === 'planned' ? '' : 'done'}`} data-testid="look-in">
      <div className="grow">
        <p className="run-head">
          {about}
          <span className="dim">{look.staff}</span>
          <When at={look.doneAt ?? look.dueAt} />
          {look.state !== 'planned' && <span className="tag">{word(`lookin.state.${look.state}`)}</span>}
        </p>
        {look.finding && <p className="dim">{look.finding}</p>}
        {may && look.state === 'planned' && !open && (
          <button type="button" className="btn" onClick={() => setOpen(true)}>
            {word('lookin.record')}
          </button>
        )}
        {open && <Record look={look} close={() => setOpen(false)} />}
      </div>
    </li>
  );
}
