// The library's select, whose list bears the name of its field: left to itself it opens a list that a screen reader
// cannot name.
import AntAutoComplete, { type AutoCompleteProps } from 'antd/es/auto-complete';
import AntSelect, { type SelectProps } from 'antd/es/select';
import type { ReactElement } from 'react';

function call(list: HTMLElement | null) {
  const box = list?.querySelector('[role=listbox]');
  const field = box && (document.getElementById(box.id.replace(/_list$/, '')) as HTMLInputElement | null);
  const name = field?.getAttribute('aria-label') ?? field?.labels?.[0]?.textContent?.trim();
  if (name) box?.setAttribute('aria-label', name);
}

// A new function each time, so that a list that has just been drawn is named too.
const named = (list: ReactElement) => <div ref={node => call(node)}>{list}</div>;

export function Select<V, O extends object = object>(props: SelectProps<V, O>) {
  return <AntSelect<V, O> {...props} popupRender={named} />;
}

export function AutoComplete(props: AutoCompleteProps) {
  return <AntAutoComplete {...props} popupRender={named} />;
}
