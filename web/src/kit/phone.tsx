import { type ReactNode, useEffect, useId, useState } from 'react';
import { type Trouble, useRefusal } from './send.ts';

/** What ties an input to its label and its problem. */
export interface Aria {
  id: string;
  'aria-invalid': boolean | undefined;
  'aria-describedby': string | undefined;
}

/** A labelled input with what is wrong with it. */
export function Field({
  label,
  error: refusal,
  children,
}: {
  label: string;
  error?: string;
  children: (a: Aria) => ReactNode;
}) {
  const id = useId();
  const [error, changed] = useRefusal(refusal);
  return (
    <div className="field" onInput={changed} onChange={changed}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': error ? true : undefined,
        'aria-describedby': error ? `${id}-e` : undefined,
      })}
      {error && (
        <p className="warn" id={`${id}-e`}>
          {error}
        </p>
      )}
    </div>
  );
}

export function Pick<T extends string>({
  legend,
  value,
  options,
  onChange,
  error: refusal,
  className = 'picks',
}: {
  legend: string;
  value: T | undefined;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
  error?: string;
  className?: string;
}) {
  const id = useId();
  const [error, changed] = useRefusal(refusal);
  return (
    <div className="field" role="radiogroup" aria-labelledby={id} onChange={changed}>
      <span id={id}>{legend}</span>
      <div className={className}>
        {options.map(o => (
          <label key={o.value} className={o.value === value ? 'on' : ''}>
            <input type="radio" name={id} checked={o.value === value} onChange={() => onChange(o.value)} />
            {o.label}
          </label>
        ))}
      </div>
      {error && <p className="warn bad">{error}</p>}
    </div>
  );
}

export function TroubleNote({ trouble }: { trouble: Trouble | undefined }) {
  if (!trouble) return null;
  return (
    <div className="trouble" role="alert">
      {trouble.text}
    </div>
  );
}

/** Rows of the same height, but only for what takes longer than 150 ms. */
export function Skeleton() {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const id = setTimeout(() => setLate(true), 150);
    return () => clearTimeout(id);
  }, []);
  if (!late) return null;
  return (
    <div className="skeleton" aria-hidden="true">
      <i />
      <i />
      <i />
    </div>
  );
}
