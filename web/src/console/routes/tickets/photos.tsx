import { useState } from 'react';
import { upload } from '../../../kit/client.ts';
import { explain } from '../../../kit/explain.ts';
import { Icon } from '../../../kit/icons.tsx';
import { shrink } from '../../../kit/image.ts';
import type { Ticket } from '../../../kit/types.ts';
import { t } from '../../words/index.ts';

const kinds = ['before', 'after'] as const;

/** Two ways in for photos: before the work and of the finished work. */
export function PhotoDrop({ ticket, onDone }: { ticket: Ticket; onDone: () => void }) {
  const [busy, setBusy] = useState<string>();
  const [error, setError] = useState('');
  const take = async (kind: string, file: File | undefined) => {
    if (!file) return;
    setBusy(kind);
    setError('');
    try {
      const small = await shrink(file);
      await upload(`/tickets/${ticket.id}/photos?kind=${kind}`, small, 'photo.jpg');
      onDone();
    } catch (e) {
      setError(explain(e));
    } finally {
      setBusy(undefined);
    }
  };
  return (
    <div className="row photo-drop">
      {kinds.map(kind => (
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
