import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { useSend } from '../../../kit/send.ts';
import type { Staff, StaffBody } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorPage } from '../../ui/pages.tsx';
import { gone } from '../../ui/query.tsx';
import { PageSkeleton } from '../../ui/skeleton.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { Career } from './career.tsx';
import { blank, StaffFields, type Values } from './fields.tsx';
import { OneTime, StateActions } from './state.tsx';

const route = getRouteApi('/console/staff/$id');

function valuesOf(s: Staff): Values {
  return {
    name: s.name,
    username: s.username ?? '',
    agentNo: s.agentNo,
    mobile: s.mobile ?? '',
    departmentId: s.departmentId ?? '',
    position: s.position,
    level: s.level,
    mentorId: s.mentorId ?? '',
    skills: s.skills,
    areas: s.areas,
    roles: s.roles,
  };
}

function bodyOf(v: Values): StaffBody {
  const text = (s: string) => s.trim() || undefined;
  return {
    name: v.name.trim(),
    agentNo: v.agentNo.trim(),
    level: v.level,
    mentorId: v.mentorId,
    skills: v.skills,
    areas: v.areas,
    // A masked number was not typed: leaving it out keeps the stored one.
    mobile: v.mobile.includes('*') ? undefined : text(v.mobile),
    departmentId: text(v.departmentId),
  };
}

function useSave(person: Staff | undefined) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const save = async (values: Values) => {
    const wrong: Record<string, string> = {};
    for (const name of ['name', 'agentNo', 'username'] as const) {
      if (!values[name].trim()) wrong[name] = t('form.missing');
    }
    if (!person && values.roles.length === 0) wrong.roles = t('staff.roles.missing');
    if (!send.fix(wrong)) return undefined;
    const body = bodyOf(values);
    const made = await send.run(async once => {
      if (!person) {
        const first = {
          username: values.username.trim(),
          position: values.position.trim(),
          roles: values.roles,
        };
        const made = { ...body, ...first, community };
        return data(api.POST('/staff', { params: { header: once }, body: made }));
      }
      const params = { path: { id: person.id }, header: match(person.version) };
      return { staff: await data(api.PUT('/staff/{id}', { params, body })), oneTimePassword: undefined };
    });
    if (made) await client.invalidateQueries({ queryKey: ['staff'] });
    return made;
  };
  return { send, save };
}

function Form({ person }: { person: Staff | undefined }) {
  const can = useCan();
  const navigate = route.useNavigate();
  const [values, set, edit] = useEdit<Values>(person ? valuesOf(person) : blank);
  const [fresh, setFresh] = useState<{ staff: Staff; password: string }>();
  const { send, save } = useSave(person);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const made = await save(values);
    if (!made) return;
    edit.saved();
    toast(t('staff.saved', { name: made.staff.name }));
    if (made.oneTimePassword) setFresh({ staff: made.staff, password: made.oneTimePassword });
    else void navigate({ to: '/console/staff' });
  };
  if (fresh) {
    return (
      <div>
        <OneTime
          name={fresh.staff.name}
          username={fresh.staff.username ?? values.username}
          password={fresh.password}
        />
        <p className="row">
          <button
            type="button"
            className="btn go"
            onClick={() => {
              set(blank);
              setFresh(undefined);
            }}
          >
            {t('staff.another')}
          </button>
          <Link className="btn" to="/console/staff">
            {t('staff.back')}
          </Link>
        </p>
      </div>
    );
  }
  return (
    <form onSubmit={submit} noValidate className="staff-form">
      <fieldset disabled={!can('staff.edit') || person?.state === 'disabled'}>
        <StaffFields
          isNew={!person}
          self={person?.id}
          values={values}
          set={set}
          fields={send.fields}
          newer={edit.newer}
        />
      </fieldset>
      <TroubleNote trouble={send.trouble} />
      {can('staff.edit') && person?.state !== 'disabled' && (
        <p className="row">
          <button type="submit" className="btn go" disabled={send.busy}>
            {t(send.busy ? 'form.saving' : 'form.save')}
          </button>
          <Link className="btn quiet" to="/console/staff">
            {t('form.back')}
          </Link>
        </p>
      )}
    </form>
  );
}

export function StaffEditPage() {
  const { id } = route.useParams();
  const isNew = id === 'new';
  const query = useQuery({
    queryKey: ['staff', 'one', id],
    queryFn: () => data(api.GET('/staff/{id}', { params: { path: { id } } })),
    enabled: !isNew,
  });
  const can = useCan();
  if (gone(query)) return <ErrorPage error={query.error} reset={() => void query.refetch()} />;
  if (!isNew && !query.data) return <PageSkeleton />;
  const person = isNew ? undefined : query.data;
  return (
    <main id="main" className="page">
      <header className="page-head">
        <H1>{person ? person.name : t('staff.new')}</H1>
        {person && <span className="dim">{person.agentNo}</span>}
        {person?.state === 'disabled' && <span className="tag">{t('staff.disabled')}</span>}
        <span className="grow" />
        <Link className="btn quiet" to="/console/staff">
          {t('staff.back')}
        </Link>
      </header>
      <div className="page-body two-cols">
        <Form key={id} person={person} />
        {person && can('staff.edit') && <StateActions person={person} />}
        {person && can('staff.edit') && <Career person={person} />}
      </div>
    </main>
  );
}
