// A labelled input with its hint and its refusal. Refusals are amber sentences: red is for breaches.
import {
  Children,
  isValidElement,
  type ReactNode,
  startTransition,
  useId,
  useOptimistic,
  useState,
} from 'react';
import type { Newer } from '../../kit/edit.ts';
import { useRefusal } from '../../kit/send.ts';
import { t } from '../words/index.ts';

export interface FieldProps {
  id: string;
  'aria-invalid': boolean | undefined;
  'aria-describedby': string | undefined;
  'aria-required': boolean | undefined;
}

interface Props {
  label: ReactNode;
  error?: string;
  /** What somebody else has just written here, while one was typing. */
  newer?: Newer;
  hint?: ReactNode;
  required?: boolean;
  className?: string;
  children: (props: FieldProps) => ReactNode;
}

/** What the inputs below hold, in words: selects and pickers that are no inputs tell nobody else that they were changed. */
function held(node: ReactNode): string {
  if (!isValidElement<{ value?: unknown; checked?: unknown; children?: ReactNode }>(node)) return '';
  const { value, checked, children } = node.props;
  if (value !== undefined || checked !== undefined) return JSON.stringify([value, checked]);
  if (typeof children === 'function') return '';
  return Children.toArray(children).map(held).join();
}

/** Tells when what is held is not what was refused any more. */
function useHeld(node: ReactNode, refusal: string | undefined, changed: () => void) {
  const now = held(node);
  const [seen, setSeen] = useState({ refusal, held: now });
  if (seen.refusal === refusal && seen.held === now) return;
  setSeen({ refusal, held: now });
  if (seen.refusal === refusal) changed();
}

type Option = { value?: unknown; label?: ReactNode };

/** Of a select and its like: what can be chosen, with its words. */
function optionsIn(node: ReactNode): Option[] {
  if (!isValidElement<{ options?: Option[]; value?: unknown; children?: ReactNode }>(node)) return [];
  const { options, value, children } = node.props;
  if (node.type === 'option') return [{ value, label: children }];
  if (Array.isArray(options)) return options;
  return typeof children === 'function' ? [] : Children.toArray(children).flatMap(optionsIn);
}

const inWords = (value: unknown, options: Option[]): ReactNode => {
  const chosen = options.find(o => o.value === value)?.label;
  if (chosen !== undefined) return chosen;
  if (value === '' || value === undefined || value === null) return t('form.newer.empty');
  if (typeof value === 'boolean') return t(value ? 'form.newer.on' : 'form.newer.off');
  return ['string', 'number'].includes(typeof value) && options.length === 0 ? String(value) : undefined;
};

/** A quiet line: somebody else wrote here while one was typing; saved as it is, one's own stays. */
export function NewerNote({ of, options = [] }: { of: Newer | undefined; options?: Option[] }) {
  if (!of) return null;
  const words = inWords(of.value, options);
  return (
    <p className="field-newer" role="status">
      {t(words === undefined ? 'form.newer.here' : 'form.newer')} {words !== undefined && <b>{words}</b>}{' '}
      <button type="button" className="link" onClick={of.take}>
        {t('form.newer.take')}
      </button>
    </p>
  );
}

export function Field({ label, error: refusal, newer, hint, required, className = '', children }: Props) {
  const id = useId();
  const [error, changed] = useRefusal(refusal);
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined;
  const input = children({
    id,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': describedBy,
    'aria-required': required || undefined,
  });
  useHeld(input, refusal, changed);
  return (
    <div className={`field ${error ? 'bad' : ''} ${className}`} onInput={changed} onChange={changed}>
      <label htmlFor={id}>{label}</label>
      {input}
      {error && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      <NewerNote of={newer} options={optionsIn(input)} />
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
  /** A promise where the value comes later, as from the address: until then what was chosen shows. */
  onChange: (value: T) => void | Promise<void>;
  error?: string;
  newer?: Newer;
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
  newer,
  hint,
  quietLegend,
}: ChoiceProps<T>) {
  const id = useId();
  const [error, changed] = useRefusal(refusal);
  const [shown, show] = useOptimistic(value);
  const choose = (next: T) => {
    const coming = onChange(next);
    if (coming)
      startTransition(async () => {
        show(next);
        await coming;
      });
  };
  return (
    <div className={`field ${error ? 'bad' : ''}`} role="radiogroup" aria-labelledby={id} onChange={changed}>
      <span id={id} className={quietLegend ? 'quiet-reading' : 'legend'}>
        {legend}
      </span>
      <div className="choice">
        {options.map(option => (
          <label key={option.value} className={option.value === shown ? 'on' : ''}>
            <input
              type="radio"
              name={`${id}-${name}`}
              value={option.value}
              checked={option.value === shown}
              disabled={option.disabled}
              onChange={() => choose(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      {error && <p className="field-error">{error}</p>}
      <NewerNote of={newer} options={options} />
      {hint && <p className="field-hint">{hint}</p>}
    </div>
  );
}
