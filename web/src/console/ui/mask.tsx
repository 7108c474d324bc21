// Something masked. A click shows it for 30 seconds; the server writes who looked.
import { useEffect, useState } from 'react';
import { explain } from '../../kit/explain.ts';
import { Icon } from '../../kit/icons.tsx';
import { t } from '../words/index.ts';
import { toast } from './toast.tsx';

interface Props {
  shown: string;
  /** What the button says to those who cannot see it: whose number it shows. */
  label: string;
  may: boolean;
  ask: () => Promise<{ value: string }>;
}

export function Mask({ shown, label, may, ask }: Props) {
  const [value, setValue] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (!value) return;
    const id = setTimeout(() => setValue(''), 30_000);
    return () => clearTimeout(id);
  }, [value]);
  const show = async () => {
    setBusy(true);
    try {
      setValue((await ask()).value);
    } catch (error) {
      toast(explain(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <span className="mask">
      {value || shown}
      {may && !value && shown.includes('*') && (
        <button
          type="button"
          className="eye"
          aria-label={label}
          title={t('household.reveal.note')}
          disabled={busy}
          onClick={() => void show()}
        >
          <Icon name="eye" />
        </button>
      )}
    </span>
  );
}
