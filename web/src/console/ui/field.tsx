// A labelled input with its hint and its refusal. Refusals are amber sentences: red is for breaches.
import { type ReactNode, useId } from 'react';
import { useRefusal } from '../../kit/send.ts';

export interface FieldProps {
  id: string;
  'aria-invalid': boolean | undefined;
  'aria-describedby': string | undefined;
  'aria-required': boolean | undefined;
}

interface Props {
  label: ReactNode;
  error?: string;
  hint?: ReactNode;
  required?: boolean;
  className?: string;
  children: (props: FieldProps) => ReactNode;
}

export function Field({ label, error: refusal, hint, required, className = '', children }: Props) {
  const id = useId();
  const [error, changed] = useRefusal(refusal);
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined;
  return (
    <div className={`field ${error ? 'bad' : ''} ${className}`} onInput={changed} onChange={changed}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        'aria-invalid': error ? true : undefined,
        'aria-describedby': describedBy,
        'aria-required': required || undefined,
      })}
      {error && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  legend: string;
  name: string;
  value: T | undefined;
  options: { value: T; label: ReactNode; disabled?: boolean }[];
  onChange: (value: T) => void;
  error?: string;
  hint?: ReactNode;
  quietLegend?: boolean;
}

/** A row of radio buttons drawn as one segment: arrow keys move, one Tab passes. */
export function Choice<T extends string>({
  legend,
  name,
  value,
  options,
  onChange,
  error: refusal,
  hint,
  quietLegend,
}: ChoiceProps<T>) {
  const id = useId();
  const [error, changed] = useRefusal(refusal);
  return (
    <div className={`field ${error ? 'bad' : ''}`} role="radiogroup" aria-labelledby={id} onChange={changed}>
      <span id={id} className={quietLegend ? 'quiet-reading' : 'legend'}>
        {legend}
      </span>
      <div className="choice">
        {options.map(option => (
          <label key={option.value} className={option.value === value ? 'on' : ''}>
            <input
              type="radio"
              name={`${id}-${name}`}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      {error && <p className="field-error">{error}</p>}
      {hint && <p className="field-hint">{hint}</p>}
    </div>
  );
}
