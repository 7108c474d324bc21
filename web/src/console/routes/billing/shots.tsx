// Pictures of what a register showed, beside its reading and on the line that rests on it (BIL-04, BIL-07).
import { base, upload } from '../../../kit/client.ts';
import { Icon } from '../../../kit/icons.tsx';
import { shrink } from '../../../kit/image.ts';
import { useSend } from '../../../kit/send.ts';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';

export function Shots({ photos, on }: { photos: readonly string[]; on: string }) {
  if (photos.length === 0) return null;
  return (
    <div className="shots">
      {photos.map((id, n) => (
        <a key={id} href={`${base}/meter-photos/${id}`} target="_blank" rel="noreferrer">
          <img src={`${base}/meter-photos/${id}`} alt={t('meter.photo.of', { day: on, n: n + 1 })} />
        </a>
      ))}
    </div>
  );
}

/** A button that takes or chooses a picture. */
export function Camera({
  label,
  busy,
  onTake,
}: {
  label: string;
  busy?: boolean;
  onTake: (file: File) => void;
}) {
  return (
    <label className="btn quiet file" title={label}>
      <Icon name="camera" />
      <input
        type="file"
        accept="image/*"
        aria-label={label}
        disabled={busy}
        onChange={e => {
          const file = e.target.files?.[0];
          if (file) onTake(file);
          e.target.value = '';
        }}
      />
    </label>
  );
}

/** Keeps a picture of a reading, as small as pictures are kept. */
export const addShot = async (reading: string, file: File) =>
  upload(`/meter-readings/${reading}/photos`, await shrink(file), 'photo.jpg');

export function AddShot({ reading, on, onDone }: { reading: string; on: string; onDone: () => void }) {
  const send = useSend();
  const take = async (file: File) => {
    if (await send.run(() => addShot(reading, file))) onDone();
  };
  return (
    <>
      <Camera label={t('meter.photo.add', { day: on })} busy={send.busy} onTake={file => void take(file)} />
      <TroubleNote trouble={send.trouble} />
    </>
  );
}
