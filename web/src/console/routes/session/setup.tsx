import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import { useEnterSession } from '../../../kit/session.ts';
import type { Setup } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { H1 } from '../../ui/heading.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { type ConsoleKey, t } from '../../words/index.ts';

const start = {
  code: new URLSearchParams(location.search).get('code') ?? '',
  company: '',
  'community.name': '',
  'community.address': '',
  'community.servicePhone': '',
  'admin.name': '',
  'admin.username': '',
  'admin.mobile': '',
  'admin.password': '',
};
type Name = keyof typeof start;

const parts: { title: ConsoleKey; note: ConsoleKey; names: Name[] }[] = [
  { title: 'setup.part.code', note: 'setup.part.code.note', names: ['code'] },
  {
    title: 'setup.part.company',
    note: 'setup.part.company.note',
    names: ['company', 'community.name', 'community.address', 'community.servicePhone'],
  },
  {
    title: 'setup.part.admin',
    note: 'setup.part.admin.note',
    names: ['admin.name', 'admin.username', 'admin.mobile', 'admin.password'],
  },
];
const optional: Name[] = ['community.address', 'community.servicePhone', 'admin.mobile'];
const complete: Partial<Record<Name, string>> = {
  code: 'one-time-code',
  'admin.name': 'name',
  'admin.username': 'username',
  'admin.mobile': 'tel',
  'admin.password': 'new-password',
};

type Values = typeof start;

function wrongIn(values: Values): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const name of Object.keys(start) as Name[]) {
    if (!optional.includes(name) && !values[name].trim()) wrong[name] = t('form.missing');
  }
  const password = values['admin.password'];
  if (password && [...password].length < 10) wrong['admin.password'] = t('password.short');
  return wrong;
}

function bodyOf(values: Values): Setup {
  const text = (name: Name) => values[name].trim();
  // A browser that does not know where it is most likely stands in a server room.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  return {
    code: text('code'),
    company: text('company'),
    community: {
      name: text('community.name'),
      address: text('community.address') || undefined,
      servicePhone: text('community.servicePhone') || undefined,
      zone: zone === 'UTC' ? 'Asia/Shanghai' : zone,
    },
    admin: {
      name: text('admin.name'),
      username: text('admin.username'),
      mobile: text('admin.mobile') || undefined,
      password: values['admin.password'],
    },
  };
}

interface OneProps {
  name: Name;
  value: string;
  error: string | undefined;
  set: (name: Name, value: string) => void;
}

function One({ name, value, error, set }: OneProps) {
  const secret = name === 'admin.password';
  const Box = secret ? Input.Password : Input;
  return (
    <Field
      label={
        <>
          {t(`setup.${name}`)}
          {optional.includes(name) && <span className="dim3"> {t('form.optional')}</span>}
        </>
      }
      error={error}
      hint={secret ? t('password.rule') : undefined}
      required={!optional.includes(name)}
    >
      {a => (
        <Box
          {...a}
          autoComplete={complete[name] ?? 'off'}
          value={value}
          onChange={e => set(name, e.target.value)}
        />
      )}
    </Field>
  );
}

export function SetUpPage() {
  const enter = useEnterSession();
  const { busy, trouble, fields, run, fix } = useSend();
  const [values, setValues] = useState(start);
  const set = (name: Name, value: string) => setValues(old => ({ ...old, [name]: value }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fix(wrongIn(values))) return;
    const body = bodyOf(values);
    const session = await run(once => data(api.POST('/setup', { params: { header: once }, body })));
    if (session) enter(session);
  };
  return (
    <main className="door wide-door">
      <form onSubmit={submit} noValidate>
        <div className="logo" aria-hidden="true">
          管
        </div>
        <H1>{t('setup.title')}</H1>
        <p className="dim">{t('setup.intro')}</p>
        {parts.map(part => (
          <section key={part.title} className="setup-part">
            <div>
              <h2>{t(part.title)}</h2>
              <p className="dim3">{t(part.note)}</p>
            </div>
            <div className="fields">
              {part.names.map(name => (
                <One key={name} name={name} value={values[name]} error={fields[name]} set={set} />
              ))}
            </div>
          </section>
        ))}
        <TroubleNote trouble={trouble} />
        <p className="row end-row">
          <button type="submit" className="btn go" disabled={busy}>
            {t(busy ? 'form.saving' : 'setup.go')}
          </button>
        </p>
      </form>
    </main>
  );
}
