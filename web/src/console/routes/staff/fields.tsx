import Input from 'antd/es/input';
import Select from 'antd/es/select';
import { buildingName } from '../../../kit/format.ts';
import { wordFor } from '../../../kit/i18n.ts';
import { Field } from '../../ui/field.tsx';
import { t } from '../../words/index.ts';
import { useBuildings, useDepartments, useRoles } from './data.ts';

export interface Values {
  name: string;
  username: string;
  agentNo: string;
  mobile: string;
  departmentId: string;
  position: string;
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
  skills: [],
  areas: [],
  roles: [],
};

const known = ['water', 'power', 'gas', 'heat', 'doors', 'lift', 'fire', 'home', 'other'];
const texts = ['name', 'agentNo', 'username', 'mobile', 'position'] as const;
const required: readonly string[] = ['name', 'agentNo', 'username'];

interface Props {
  values: Values;
  set: (part: Partial<Values>) => void;
  fields: Record<string, string>;
}

export function StaffFields({ values, set, fields }: Props) {
  const departments = useDepartments().data ?? [];
  const buildings = useBuildings().data ?? [];
  const roles = useRoles().data ?? [];
  const skills = [...new Set([...known, ...values.skills])];
  return (
    <div className="grid-2">
      {texts.map(name => (
        <Field
          key={name}
          label={
            <>
              {t(`staff.${name}`)}{' '}
              {!required.includes(name) && <span className="dim3">{t('form.optional')}</span>}
            </>
          }
          error={fields[name]}
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
      <Field
        label={
          <>
            {t('staff.department')} <span className="dim3">{t('form.optional')}</span>
          </>
        }
        error={fields.departmentId}
      >
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
        label={t('staff.roles')}
        error={fields.roles}
        hint={t('staff.roles.hint')}
        className="wide"
        required
      >
        {a => (
          <Select
            {...a}
            mode="multiple"
            value={values.roles}
            onChange={(v: string[]) => set({ roles: v })}
            showSearch={{ optionFilterProp: 'label' }}
            options={roles.map(r => ({ value: r.code, label: r.name }))}
          />
        )}
      </Field>
      <Field
        label={
          <>
            {t('staff.skills')} <span className="dim3">{t('form.optional')}</span>
          </>
        }
        error={fields.skills}
        hint={t('staff.skills.hint')}
        className="wide"
      >
        {a => (
          <Select
            {...a}
            mode="multiple"
            value={values.skills}
            onChange={(v: string[]) => set({ skills: v })}
            showSearch={{ optionFilterProp: 'label' }}
            options={skills.map(s => ({ value: s, label: wordFor(`skill.${s}`) ?? s }))}
          />
        )}
      </Field>
      <Field
        label={
          <>
            {t('staff.areas')} <span className="dim3">{t('form.optional')}</span>
          </>
        }
        error={fields.areas}
        hint={t('staff.areas.hint')}
        className="wide"
      >
        {a => (
          <Select
            {...a}
            mode="multiple"
            value={values.areas}
            onChange={(v: string[]) => set({ areas: v })}
            showSearch={{ optionFilterProp: 'label' }}
            options={buildings.map(b => ({ value: b.id, label: buildingName(b) }))}
          />
        )}
      </Field>
    </div>
  );
}
