// A switch that the server keeps, under a quick finger and a slow line.
import { act } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { Flip } from './flip.tsx';
import { host, show } from './stage.ts';

const flip = () => act(async () => host.querySelector('input')!.click());
const isOn = () => host.querySelector('input')!.checked;

/** A server that answers when it is told to. */
function slow() {
  const asked: boolean[] = [];
  let answer: (error?: Error) => void;
  const put = (on: boolean) => {
    asked.push(on);
    return new Promise<void>((done, fail) => {
      answer = error => (error ? fail(error) : done());
    });
  };
  return { asked, put, answer: (error?: Error) => act(async () => answer(error)) };
}

describe('a switch that the server keeps', () => {
  it('follows the finger before the server has answered, and is sent once', async () => {
    const server = slow();
    await show(<Flip on={false} put={server.put} refused={() => undefined} />);
    await flip();
    expect(isOn()).toBe(true);
    expect(host.querySelector('input')!.getAttribute('aria-busy')).toBe('true');
    await flip();
    expect(server.asked).toEqual([true]);
    expect(isOn()).toBe(true);
  });

  it('stays while the page reads what was made of it, and then is as it was read', async () => {
    const server = slow();
    await show(<Flip on={false} put={server.put} refused={() => undefined} />);
    await flip();
    await server.answer();
    expect(isOn()).toBe(true);
    await show(<Flip on={true} put={server.put} refused={() => undefined} />);
    expect(isOn()).toBe(true);
    await show(<Flip on={false} put={server.put} refused={() => undefined} />);
    expect(isOn()).toBe(false);
  });

  it('goes back when it is refused, says why, and can be tried again', async () => {
    const server = slow();
    const refused = vi.fn();
    await show(<Flip on={false} put={server.put} refused={refused} />);
    await flip();
    await server.answer(new Error('no'));
    expect(isOn()).toBe(false);
    expect(refused).toHaveBeenCalledOnce();
    await flip();
    expect(server.asked).toEqual([true, true]);
  });
});
