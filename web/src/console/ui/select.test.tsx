import { act } from 'react';
import { expect, it } from 'vitest';
import { host, show } from '../../kit/stage.ts';
import { AutoComplete, Select } from './select.tsx';

const options = [{ value: 'w', label: '工程' }];
const list = () => document.querySelector('[role=listbox]');
const click = () =>
  act(() => {
    host.querySelector('.ant-select')?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true }));
  });

it('an open list bears the name that its field has of itself', async () => {
  show(<Select aria-label="处理人" options={options} />);
  await click();
  expect(list()?.getAttribute('aria-label')).toBe('处理人');
});

it('an open list bears the words of the label of its field', async () => {
  show(
    <>
      <label htmlFor="where">部门</label>
      <Select id="where" options={options} />
    </>,
  );
  await click();
  expect(list()?.getAttribute('aria-label')).toBe('部门');
});

it('a list that was empty when it opened is named once it has something', async () => {
  show(<AutoComplete aria-label="职务" options={[]} open />);
  show(<AutoComplete aria-label="职务" options={options} open />);
  await click();
  expect(list()?.getAttribute('aria-label')).toBe('职务');
});
