// A meter in the list, with what is typed for it; its readings open beneath (BIL-04).
import { Link } from '@tanstack/react-router';
import Input from 'antd/es/input';
import { useState } from 'react';
import type { Meter } from '../../../kit/types.ts';
import { t } from '../../words/index.ts';
import { Readings } from './readings.tsx';
import { Camera } from './shots.tsx';

export interface Typed {
  value: string;
  estimated: boolean;
  confirmed: boolean;
  photo?: File;
}
export const nothing: Typed = { value: '', estimated: false, confirmed: false };

export function MeterRow({
  meter,
  typed,
  error,
  may,
  set,
}: {
  meter: Meter;
  typed: Typed;
  error: string | undefined;
  may: boolean;
  set: (part: Partial<Typed>) => void;
}) {
  const name = [
    meter.label || t('meter.public'),
    meter.number,
    meter.register && t(`meter.register.${meter.register}`),
  ]
    .filter(Boolean)
    .join(' ');
  const [open, setOpen] = useState(false);
  return (
    <>
      <tr>
        <td className="nw">
          {meter.roomId ? (
            <Link to="/console/households/$roomId" params={{ roomId: meter.roomId }}>
              {meter.label}
            </Link>
          ) : (
            t('meter.public')
          )}
        </td>
        <td>
          <button type="button" className="cell" aria-expanded={open} onClick={() => setOpen(!open)}>
            {meter.number}
          </button>
          {meter.register && <span className="dim"> {t(`meter.register.${meter.register}`)}</span>}
        </td>
        <td className="dim nw">{t(`meter.kind.${meter.kind}`)}</td>
        <td className="num">{meter.last || '–'}</td>
        <td className="dim nw">{meter.lastOn ?? '–'}</td>
        <td className="num dim">{meter.lastUsage || '–'}</td>
        {may && (
          <td>
            <div className={`field ${error ? 'bad' : ''}`}>
              <Input
                size="small"
                className="reading"
                aria-label={t('meter.reading_of', { meter: name })}
                aria-invalid={error ? true : undefined}
                inputMode="decimal"
                value={typed.value}
                onChange={e => set({ value: e.target.value, confirmed: false })}
              />
              {error && <p className="field-error">{error}</p>}
              {typed.value.trim() && (
                <span className="row">
                  <Camera label={t('meter.photo.with', { meter: name })} onTake={photo => set({ photo })} />
                  {typed.photo && <span className="dim">{typed.photo.name}</span>}
                </span>
              )}
            </div>
          </td>
        )}
        {may && (
          <td className="nw">
            <label>
              <input
                type="checkbox"
                aria-label={t('meter.estimated_of', { meter: name })}
                checked={typed.estimated}
                onChange={e => set({ estimated: e.target.checked })}
              />{' '}
              {t('meter.estimated')}
            </label>
            {error && (
              <label>
                {' '}
                <input
                  type="checkbox"
                  checked={typed.confirmed}
                  onChange={e => set({ confirmed: e.target.checked })}
                />{' '}
                {t('meter.confirm')}
              </label>
            )}
          </td>
        )}
      </tr>
      {open && (
        <tr>
          <td colSpan={may ? 8 : 6}>
            <Readings meter={meter.id} />
          </td>
        </tr>
      )}
    </>
  );
}
