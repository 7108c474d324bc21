// One class of the tree beside what ships; each saving is a new version, with its reason.
import { useQueryClient } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { type FormEvent, useState } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useEdit } from '../../../kit/edit.ts';
import { categoryName } from '../../../kit/format.ts';
import { Icon } from '../../../kit/icons.tsx';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { CategoryClass, CategoryTree } from '../../../kit/types.ts';
import { Field } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { t } from '../../words/index.ts';
import { Answers, Below, Names, Place, Work } from './category-fields.tsx';
import { draftOf, type Form, formOf, orderOf } from './category-tree.ts';
import { Words } from './category-words.tsx';

const blank: Form = {
  zh: '',
  en: '',
  words: [],
  least: 'C',
  usual: 'C',
  dept: '',
  skill: '',
  hidden: false,
  place: 0,
};

interface EditorProps {
  tree: CategoryTree;
  of: CategoryClass | undefined;
  parent: string | undefined;
  onOpen: (id: string) => void;
  onClose: () => void;
}

function useSave({ tree, of, onOpen }: EditorProps, form: Form, parent: string, reason: string) {
  const client = useQueryClient();
  const send = useSend();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: Record<string, string> = {};
    for (const name of ['zh', 'en'] as const)
      if (!form[name].trim()) wrong[`classes[0].${name}`] = t('form.missing');
    if (!of && !parent) wrong['classes[0].parent'] = t('form.missing');
    if (!reason.trim()) wrong.reason = t('form.missing');
    if (!send.fix(wrong)) return;
    const order = of && orderOf(tree.items, of, form.place);
    const made = await send.run(() =>
      data(
        api.PUT('/category-tree', {
          params: { header: match(tree.version) },
          body: {
            classes: [{ ...draftOf(form), ...(of ? { id: of.id } : { parent }) }],
            ...(order ? { orders: [{ ids: order, ...(of.parent ? { parent: of.parent } : {}) }] } : {}),
            reason,
          },
        }),
      ),
    );
    if (!made) return;
    void showNow(client, ['category-tree'], made);
    void client.invalidateQueries({ queryKey: ['categories'] });
    void client.invalidateQueries({ queryKey: ['category-versions'] });
    toast(t('categories.saved', { n: made.version }));
    const fresh = of ?? made.items.find(c => !tree.items.some(x => x.id === c.id));
    if (fresh) onOpen(fresh.id);
    return made;
  };
  return { send, submit };
}

/** A class as it is, to be changed; or a new one. */
export function Editor(props: EditorProps) {
  const { tree, of, onClose, onOpen } = props;
  const [form, set, edit] = useEdit(of ? formOf(tree.items, of) : blank);
  const [parent, setParent] = useState(props.parent ?? '');
  const [reason, setReason] = useState('');
  const { send, submit } = useSave(props, form, parent, reason);
  const may = tree.mayEdit;
  const above = tree.items.find(c => c.id === (of?.parent ?? parent));
  const floor = of ? of.shipped.least : (above?.least ?? 'C');
  const save = async (event: FormEvent) => {
    if (!(await submit(event)) || !of) return;
    edit.saved();
    setReason('');
  };
  return (
    <aside
      className="pane"
      aria-label={t('categories.detail')}
      onKeyDown={e => e.key === 'Escape' && !e.nativeEvent.isComposing && onClose()}
    >
      <div className="ph">
        <span className="dim3">
          {of ? `${above ? `${categoryName(above)} · ` : ''}${of.id}` : t('categories.new')}
        </span>
        <span className="grow" />
        <button type="button" className="btn quiet" aria-label={t('do.close')} onClick={onClose}>
          <Icon name="x" />
        </button>
      </div>
      <div className="body">
        <div className="stack">
          <h2>{of ? categoryName(of) : t('categories.new')}</h2>
          {of?.hidden && !of.retired && <p className="ask">{t('categories.hidden.above')}</p>}
          <form className="stack" noValidate onSubmit={save}>
            {!of && (
              <Below
                tree={tree}
                parent={parent}
                set={setParent}
                error={send.fields['classes[0].parent'] ?? ''}
              />
            )}
            <Names form={form} set={set} newer={edit.newer} of={of} may={may} fields={send.fields} />
            <Field
              label={t(of && !of.parent ? 'categories.titles' : 'categories.words')}
              error={send.fields['classes[0].words'] ?? ''}
              newer={edit.newer.words}
              hint={t(of && !of.parent ? 'categories.titles.hint' : 'categories.words.hint')}
            >
              {a => (
                <Words
                  field={a}
                  words={form.words}
                  shipped={of && !of.own ? of.shipped.words : []}
                  may={may}
                  set={words => set({ words })}
                />
              )}
            </Field>
            <Work
              form={form.least > floor ? { ...form, least: floor } : form}
              set={set}
              newer={edit.newer}
              of={of}
              may={may}
              fields={send.fields}
              floor={floor}
              tree={tree}
              second={!of || Boolean(of.parent)}
            />
            <Answers
              form={form}
              set={set}
              newer={edit.newer}
              of={of}
              may={may}
              fields={send.fields}
              tree={tree}
              floor={of ? of.shipped.usual : (above?.shipped.usual ?? 'C')}
              above={above}
            />
            {of && may && <Place tree={tree} of={of} form={form} set={set} newer={edit.newer} />}
            {of && (
              <Field
                label={t('categories.use')}
                error={send.fields['classes[0].hidden'] ?? ''}
                newer={edit.newer.hidden}
                hint={t('categories.hide.hint')}
              >
                {a => (
                  <label className="row">
                    <input
                      {...a}
                      type="checkbox"
                      disabled={!may}
                      checked={form.hidden}
                      onChange={e => set({ hidden: e.target.checked })}
                    />
                    {t('categories.hide')}
                  </label>
                )}
              </Field>
            )}
            {may && (
              <Field label={t('categories.reason')} error={send.fields.reason ?? ''} required>
                {a => (
                  <Input {...a} maxLength={200} value={reason} onChange={e => setReason(e.target.value)} />
                )}
              </Field>
            )}
            <TroubleNote trouble={send.trouble} />
            {may && (
              <p className="row">
                <button type="submit" className="btn go" disabled={send.busy}>
                  {t(send.busy ? 'form.saving' : 'categories.save')}
                </button>
                {of && !of.parent && !of.hidden && (
                  <button type="button" className="btn" onClick={() => onOpen(`new-${of.id}`)}>
                    {t('categories.new.below')}
                  </button>
                )}
              </p>
            )}
          </form>
        </div>
      </div>
    </aside>
  );
}
