// How much each role may decide about alone: those that have a limit, and those that hold the permission it is about.
import Input from 'antd/es/input';
import { currentLang } from '../../kit/i18n.ts';
import type { RoleLimit, RoleName } from '../../kit/types.ts';
import { Field } from './field.tsx';

/** A role whose field is emptied has no limit of its own. */
export function RoleLimits({
  limits,
  set,
  fields,
  of = 'limits',
  roles,
  hint,
}: {
  limits: RoleLimit[];
  set: (limits: RoleLimit[]) => void;
  fields: Record<string, string>;
  of?: string;
  roles: RoleName[];
  hint?: string;
}) {
  const others = roles.filter(r => !limits.some(l => l.role === r.code));
  const put = (role: string, upTo: string) => {
    if (upTo === '') return set(limits.filter(l => l.role !== role));
    set(
      limits.some(l => l.role === role)
        ? limits.map(l => (l.role === role ? { role, upTo } : l))
        : [...limits, { role, upTo }],
    );
  };
  // By the company's order of roles, so that no field moves while somebody types.
  const order = (code: string) => roles.findIndex(r => r.code === code);
  const rows = [...limits, ...others.map(r => ({ role: r.code, upTo: '' }))].sort(
    (a, b) => order(a.role) - order(b.role),
  );
  const nameOf = (code: string) => {
    const role = roles.find(r => r.code === code);
    return role ? (currentLang() === 'en' ? role.en : role.zh) : code;
  };
  return (
    <div className="pair">
      {rows.map(l => (
        <Field
          key={l.role}
          label={nameOf(l.role)}
          error={fields[`${of}[${limits.findIndex(x => x.role === l.role)}].upTo`]}
        >
          {a => (
            <Input
              {...a}
              className="num"
              inputMode="decimal"
              value={l.upTo}
              {...(hint === undefined ? {} : { placeholder: hint })}
              onChange={e => put(l.role, e.target.value)}
            />
          )}
        </Field>
      ))}
    </div>
  );
}
