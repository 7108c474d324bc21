import { useState } from 'react';
import { position } from './where.ts';

export interface Position {
  latitude: number;
  longitude: number;
}

/** What the switch says of itself, in the words of its page. */
type Said = 'position' | 'position.why' | 'position.asking' | 'position.known' | 'position.silent';

/**
 * The phone says where it is only when it is asked to (TIC-01). The switch follows the finger at once, also while
 * the phone takes its time, and goes back when the phone says nothing.
 */
export function Located({
  value,
  onChange,
  say,
}: {
  value: Position | undefined;
  onChange: (at?: Position) => void;
  say: (word: Said) => string;
}) {
  const [state, setState] = useState<'asking' | 'silent'>();
  const asking = state === 'asking';
  const on = asking || value !== undefined;
  const ask = async (wanted: boolean) => {
    if (!wanted) return onChange(undefined);
    setState('asking');
    const at = await position();
    setState(at ? undefined : 'silent');
    onChange(at);
  };
  return (
    <label className="duty plain">
      <span>
        {say('position')}
        <span className="s14 dim block" role="status">
          {say(state ? `position.${state}` : value ? 'position.known' : 'position.why')}
        </span>
      </span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={on}
        className="switch"
        disabled={asking}
        checked={on}
        onChange={e => void ask(e.target.checked)}
      />
    </label>
  );
}
