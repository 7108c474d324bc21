import Input from 'antd/es/input';
import type { Newest } from '../../../kit/edit.ts';
import { buildingName } from '../../../kit/format.ts';
import { wordFor } from '../../../kit/i18n.ts';
import type { StaffBody } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { Select } from '../../ui/select.tsx';
import { t } from '../../words/index.ts';
import { useBuildings, useColleagues, useDepartments, useRoles } from './data.ts';

export interface Values {
  name: string;
  username: string;
  agentNo: string;
  mobile: string;
  departmentId: string;
  position: string;
  level: NonNullable<StaffBody['level']>;
  mentorId: string;
  skills: string[];
  areas: string[];
  roles: string[];
}

export const blank: Values = {
  name: '',
  username: '',
  agentNo: '',
  mobile: '',
  departmentId: '',
  position: '',
  level: '',
  mentorId: '',
  skills: [],
  areas: [],
  roles: [],
};

const known = [
  'water',
  'power',
  'gas',
  'heat',
  'doors',
  'lift',
  'fire',
  'home',
  'access',
  'camera',
  'cleaning',
  'greening',
  'security',
  'service',
];
const texts = ['name', 'agentNo', 'username', 'mobile', 'position'] as const;
const levels = ['junior', 'senior', 'supervisor'] as const;
const required: readonly string[] = ['name', 'agentNo', 'username'];

interface Props {
  isNew: boolean; // later, position and roles change by request
  self?: string; // nobody is their own mentor
  values: Values;
  set: (part: Partial<Values>) => void;
  fields: Record<string, string>;
  newer: Newest<Values>;
}

const optional = (label: string) => (
  <>
    {label} <span className="dim3">{t('form.optional')}</span>
  </>
);

interface ManyProps extends Omit<Props, 'isNew'> {
  name: 'roles' | 'skills' | 'areas';
  options: { value: string; label: string }[];
}

/** Several of a list, found by typing. */
function Many({ name, options, values, set, fields, newer }: ManyProps) {
  return (
    <Field
      label={name === 'roles' ? t('staff.roles') : optional(t(`staff.${name}`))}
      error={fields[name]}
      newer={newer[name]}
      hint={t(`staff.${name}.hint`)}
      className="wide"
      required={name === 'roles'}
    >
      {a => (
        <Select
          {...a}
          mode="multiple"
          value={values[name]}
          onChange={(chosen: string[]) => set({ [name]: chosen })}
          showSearch={{ optionFilterProp: 'label' }}
          options={options}
        />
      )}
    </Field>
  );
}

export function StaffFields(props: Props) {
  const { isNew, values, set, fields, newer } = props;
  const departments = useDepartments().data ?? [];
  const buildings = useBuildings().data ?? [];
  const roles = useRoles().data ?? [];
  const mentors = (useColleagues().data ?? []).filter(m => m.id !== props.self);
  const skills = [...new Set([...known, ...values.skills])];
  return (
    <div className="grid-2">
      {texts
        .filter(name => isNew || (name !== 'position' && name !== 'username'))
        .map(name => (
          <Field
            key={name}
            label={required.includes(name) ? t(`staff.${name}`) : optional(t(`staff.${name}`))}
            error={fields[name]}
            newer={newer[name]}
            required={required.includes(name)}
          >
            {a => (
              <Input
                {...a}
                autoComplete="off"
                value={values[name]}
                onChange={e => set({ [name]: e.target.value })}
              />
            )}
          </Field>
        ))}
      <Field label={optional(t('staff.department'))} error={fields.departmentId} newer={newer.departmentId}>
        {a => (
          <Select
            {...a}
            allowClear
            value={values.departmentId || undefined}
            onChange={(v: string | undefined) => set({ departmentId: v ?? '' })}
            options={departments.map(d => ({ value: d.id, label: d.name }))}
          />
        )}
      </Field>
      <Field
        label={optional(t('staff.level'))}
        error={fields.level}
        newer={newer.level}
        hint={t('staff.level.hint')}
      >
        {a => (
          <Select
            {...a}
            allowClear
            value={values.level || undefined}
            onChange={(v: Values['level'] | undefined) => set({ level: v ?? '' })}
            options={levels.map(value => ({ value, label: t(`staff.level.${value}`) }))}
          />
        )}
      </Field>
      <Field
        label={optional(t('staff.mentor'))}
        error={fields.mentorId}
        newer={newer.mentorId}
        hint={t('staff.mentor.hint')}
      >
        {a => (
          <Select
            {...a}
            allowClear
            value={values.mentorId || undefined}
            onChange={(v: string | undefined) => set({ mentorId: v ?? '' })}
            showSearch={{ optionFilterProp: 'label' }}
            options={mentors.map(m => ({ value: m.id, label: `${m.name} ${m.agentNo}` }))}
          />
        )}
      </Field>
      {isNew && <Many {...props} name="roles" options={roles.map(r => ({ value: r.code, label: r.name }))} />}
      <Many
        {...props}
        name="skills"
        options={skills.map(s => ({ value: s, label: wordFor(`skill.${s}`) ?? s }))}
      />
      <Many {...props} name="areas" options={buildings.map(b => ({ value: b.id, label: buildingName(b) }))} />
    </div>
  );
}
