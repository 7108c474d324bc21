// What a class of the tree has, field by field.
import Input from 'antd/es/input';
import type { Newest } from '../../../kit/edit.ts';
import { categoryName } from '../../../kit/format.ts';
import { wordFor } from '../../../kit/i18n.ts';
import type { CategoryClass, CategoryTree } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { t } from '../../words/index.ts';
import { beside, type Form } from './category-tree.ts';

const grades = ['A', 'B', 'C'] as const;
type Grade = (typeof grades)[number];

/** What ships, where it differs. */
const hintOf = (shipped: string | undefined, held: string) =>
  shipped && shipped !== held ? t('categories.shipped', { value: shipped }) : undefined;

interface FieldsProps {
  form: Form;
  set: (part: Partial<Form>) => void;
  of: CategoryClass | undefined;
  newer: Newest<Form>;
  may: boolean;
  fields: Record<string, string>;
}

export function Names({ form, set, newer, of, may, fields }: FieldsProps) {
  return (
    <>
      {(['zh', 'en'] as const).map(name => {
        const shipped = of && !of.own ? of.shipped[name] : undefined;
        return (
          <Field
            key={name}
            label={t(`categories.${name}`)}
            error={fields[`classes[0].${name}`] ?? fields[name]}
            newer={newer[name]}
            hint={hintOf(shipped, form[name])}
            required
          >
            {a => (
              <Input
                {...a}
                disabled={!may}
                maxLength={40}
                value={form[name]}
                onChange={e => set({ [name]: e.target.value })}
              />
            )}
          </Field>
        );
      })}
    </>
  );
}

const deptName = (kind: string) => wordFor(`department.${kind}`) ?? kind;

/** Which department answers for it, and the grade that is proposed for it. */
export function Answers({
  form,
  set,
  newer,
  of,
  may,
  fields,
  tree,
  floor,
  above,
}: FieldsProps & {
  tree: CategoryTree;
  floor: Grade;
  above: CategoryClass | undefined;
}) {
  const departments = [...new Set(tree.items.flatMap(c => c.shipped.dept ?? []))];
  const shipped = of && !of.own ? of.shipped.dept : undefined;
  const lowest = form.least < floor ? form.least : floor;
  return (
    <>
      <Field
        label={t('categories.dept')}
        error={fields['classes[0].dept']}
        newer={newer.dept}
        hint={
          shipped && shipped !== form.dept
            ? t('categories.shipped', { value: deptName(shipped) })
            : t('categories.dept.hint')
        }
      >
        {a => (
          <select
            {...a}
            className="pick"
            disabled={!may}
            value={form.dept}
            onChange={e => set({ dept: e.target.value })}
          >
            {!of && (
              <option value="">
                {above?.dept
                  ? t('categories.dept.above', { dept: deptName(above.dept) })
                  : t('categories.dept.follows')}
              </option>
            )}
            {departments.map(d => (
              <option key={d} value={d}>
                {deptName(d)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label={t('categories.usual')}
        error={fields['classes[0].usual']}
        newer={newer.usual}
        hint={lowest === 'C' ? t('categories.usual.hint') : t('categories.usual.floor', { grade: lowest })}
      >
        {a => (
          <select
            {...a}
            className="pick"
            disabled={!may || lowest === 'A'}
            value={form.usual > lowest ? lowest : form.usual}
            onChange={e => set({ usual: grades.find(g => g === e.target.value) ?? form.usual })}
          >
            {grades
              .filter(g => g <= lowest)
              .map(g => (
                <option key={g} value={g}>
                  {t('categories.usual.is', { grade: g })}
                </option>
              ))}
          </select>
        )}
      </Field>
    </>
  );
}

export function Work({
  form,
  set,
  newer,
  of,
  may,
  fields,
  floor,
  tree,
  second,
}: FieldsProps & { floor: Grade; tree: CategoryTree; second: boolean }) {
  const skills = [...new Set(tree.items.flatMap(c => c.shipped.skill ?? []))];
  return (
    <>
      <Field
        label={t('categories.least')}
        error={fields['classes[0].least']}
        newer={newer.least}
        hint={floor === 'C' ? t('categories.least.hint') : t('categories.least.floor', { grade: floor })}
      >
        {a => (
          <select
            {...a}
            className="pick"
            disabled={!may || floor === 'A'}
            value={form.least}
            onChange={e => set({ least: grades.find(g => g === e.target.value) ?? form.least })}
          >
            {grades
              .filter(g => g <= floor)
              .map(g => (
                <option key={g} value={g}>
                  {t(`categories.least.${g}`)}
                </option>
              ))}
          </select>
        )}
      </Field>
      {second && (
        <Field
          label={t('categories.skill')}
          error={fields['classes[0].skill']}
          newer={newer.skill}
          hint={t('categories.skill.hint')}
        >
          {a => (
            <select
              {...a}
              className="pick"
              disabled={!may}
              value={form.skill}
              onChange={e => set({ skill: e.target.value })}
            >
              <option value="">
                {of?.shipped.skill
                  ? t('categories.skill.usual', {
                      skill: wordFor(`skill.${of.shipped.skill}`) ?? of.shipped.skill,
                    })
                  : t('categories.skill.follows')}
              </option>
              {skills.map(s => (
                <option key={s} value={s}>
                  {wordFor(`skill.${s}`) ?? s}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
    </>
  );
}

export function Below({
  tree,
  parent,
  set,
  error,
}: {
  tree: CategoryTree;
  parent: string;
  set: (id: string) => void;
  error?: string;
}) {
  return (
    <Field label={t('categories.parent')} error={error} required>
      {a => (
        <select {...a} className="pick" value={parent} onChange={e => set(e.target.value)}>
          <option value="">{t('categories.parent.choose')}</option>
          {tree.items
            .filter(c => !c.parent && !c.hidden)
            .map(c => (
              <option key={c.id} value={c.id}>
                {categoryName(c)}
              </option>
            ))}
        </select>
      )}
    </Field>
  );
}

export function Place({
  tree,
  of,
  form,
  set,
  newer,
}: {
  tree: CategoryTree;
  of: CategoryClass;
  form: Form;
  set: FieldsProps['set'];
  newer: FieldsProps['newer'];
}) {
  const all = beside(tree.items, of.parent);
  return (
    <Field label={t('categories.place')} newer={newer.place}>
      {a => (
        <select
          {...a}
          className="pick"
          value={form.place}
          onChange={e => set({ place: Number(e.target.value) })}
        >
          {all.map((c, i) => (
            <option key={c.id} value={i + 1}>
              {c.id === of.id
                ? t('categories.place.stays', { n: i + 1 })
                : t('categories.place.of', { n: i + 1, name: categoryName(c) })}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
