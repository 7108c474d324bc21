import { useState } from 'react';
import { upload } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { Icon } from '../../../kit/icons.tsx';
import { shrink } from '../../../kit/image.ts';
import type { Ticket } from '../../../kit/types.ts';
import { t } from '../../words/index.ts';

/** A person signs; an organisation may stamp instead (TIC-07d). */
const kindsOf = (ticket: Ticket) => ['before', 'after', ticket.stamps ? 'stamp' : 'signature'] as const;

/** Three ways in for photos: before the work, of the finished work, and of the form that was signed or stamped. */
export function PhotoDrop({ ticket, onDone }: { ticket: Ticket; onDone: () => void }) {
  const [busy, setBusy] = useState<string>();
  const [error, setError] = useState('');
  const put = async (what: string, send: () => Promise<unknown>) => {
    setBusy(what);
    setError('');
    try {
      await send();
      onDone();
    } catch (e) {
      setError(explain(e));
    } finally {
      setBusy(undefined);
    }
  };
  const take = async (kind: string, file: File | undefined) => {
    if (!file) return;
    await put(kind, async () =>
      upload(`/tickets/${ticket.id}/photos?kind=${kind}`, await shrink(file), 'photo.jpg'),
    );
  };
  const recorded = async (file: File | undefined) => {
    if (!file) return;
    const kind = file.type.startsWith('audio/') ? 'voice' : 'video';
    await put('recording', () => upload(`/tickets/${ticket.id}/recordings?kind=${kind}`, file, file.name));
  };
  return (
    <div className="row photo-drop">
      {kindsOf(ticket).map(kind => (
        <label key={kind} className="btn file">
          <Icon name="camera" />
          {t(busy === kind ? 'photo.sending' : `photo.add.${kind}`)}
          <input
            type="file"
            accept="image/*"
            aria-label={t(`photo.add.${kind}`)}
            disabled={busy !== undefined}
            onChange={e => {
              void take(kind, e.target.files?.[0]);
              e.target.value = '';
            }}
          />
        </label>
      ))}
      <label className="btn file">
        <Icon name="mic" />
        {t(busy === 'recording' ? 'photo.sending' : 'photo.add.recording')}
        <input
          type="file"
          accept="audio/*,video/*"
          aria-label={t('photo.add.recording')}
          disabled={busy !== undefined}
          onChange={e => {
            void recorded(e.target.files?.[0]);
            e.target.value = '';
          }}
        />
      </label>
      <span className="dim3">
        {t('photo.have', {
          before: ticket.photos.filter(p => p.kind === 'before').length,
          after: ticket.photos.filter(p => p.kind === 'after').length,
        })}
      </span>
      {error && (
        <span className="field-error" role="alert">
          {error}
        </span>
      )}
    </div>
  );
}
