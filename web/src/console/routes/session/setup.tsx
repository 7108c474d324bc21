import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data } from '../../../kit/api.ts';
import { useSend } from '../../../kit/send.ts';
import { useEnterSession } from '../../session.ts';
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

export function SetUpPage() {
  const enter = useEnterSession();
  const { busy, trouble, fields, run, fix } = useSend();
  const [values, setValues] = useState(start);
  const set = (name: Name, value: string) => setValues(old => ({ ...old, [name]: value }));
  const text = (name: Name) => values[name].trim() || undefined;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const missing: Record<string, string> = {};
    for (const name of Object.keys(start) as Name[]) {
      if (!optional.includes(name) && !values[name].trim()) missing[name] = t('form.missing');
    }
    if (values['admin.password'] && [...values['admin.password']].length < 10) {
      missing['admin.password'] = t('password.short');
    }
    if (!fix(missing)) return;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'Asia/Shanghai';
    const session = await run(once =>
      data(
        api.POST('/setup', {
          params: { header: once },
          body: {
            code: values.code.trim(),
            company: values.company.trim(),
            community: {
              name: values['community.name'].trim(),
              address: text('community.address'),
              servicePhone: text('community.servicePhone'),
              zone: zone === 'UTC' ? 'Asia/Shanghai' : zone,
            },
            admin: {
              name: values['admin.name'].trim(),
              username: values['admin.username'].trim(),
              mobile: text('admin.mobile'),
              password: values['admin.password'],
            },
          },
        }),
      ),
    );
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
                <Field
                  key={name}
                  label={
                    <>
                      {t(`setup.${name}`)}
                      {optional.includes(name) && <span className="dim3"> {t('form.optional')}</span>}
                    </>
                  }
                  error={fields[name]}
                  hint={name === 'admin.password' ? t('password.rule') : undefined}
                  required={!optional.includes(name)}
                >
                  {a =>
                    name === 'admin.password' ? (
                      <Input.Password
                        {...a}
                        autoComplete="new-password"
                        value={values[name]}
                        onChange={e => set(name, e.target.value)}
                      />
                    ) : (
                      <Input
                        {...a}
                        autoComplete={complete[name] ?? 'off'}
                        value={values[name]}
                        onChange={e => set(name, e.target.value)}
                      />
                    )
                  }
                </Field>
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
