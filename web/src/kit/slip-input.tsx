import { named } from './slips.ts';
import type { SlipField } from './types.ts';

/** What a line of a form is typed into, on the desk and on the phone, in the look of its face. */
export function SlipInput<A extends object>({
  a,
  field,
  value,
  onChange,
  look,
  unsaid,
}: {
  /** What ties the input to its label and its refusal. */
  a: A;
  field: SlipField;
  value: string;
  onChange: (value: string) => void;
  look: { pick: string; text: string };
  unsaid: string;
}) {
  if (field.type === 'choice')
    return (
      <select {...a} className={look.pick} value={value} onChange={e => onChange(e.target.value)}>
        <option value="">{unsaid}</option>
        {field.choices?.map(c => (
          <option key={c.id} value={c.id}>
            {named(c)}
          </option>
        ))}
      </select>
    );
  if (field.long)
    return (
      <textarea
        {...a}
        className={look.text}
        rows={2}
        maxLength={field.most}
        value={value}
        onChange={e => onChange(e.target.value)}
      />
    );
  const kind = field.type === 'day' ? 'date' : field.type === 'time' ? 'datetime-local' : 'text';
  return (
    <input
      {...a}
      type={kind}
      className={look.text}
      inputMode={field.type === 'number' || field.type === 'money' ? 'decimal' : undefined}
      maxLength={kind === 'text' ? field.most : undefined}
      value={value}
      onChange={e => onChange(e.target.value)}
    />
  );
}
