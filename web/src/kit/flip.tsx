import { useState } from 'react';

interface Props {
  /** As it was read last. */
  on: boolean;
  /** Ends when the page has read what was made of it. */
  put: (on: boolean) => Promise<unknown>;
  refused: (error: unknown) => void;
  className?: string;
  title?: string;
  'aria-label'?: string;
}

/**
 * A switch that the server keeps. It follows the finger at once, is not sent again while it is on its way, and goes back
 * when it is refused.
 */
export function Flip({ on, put, refused, className = 'switch', ...more }: Props) {
  const [held, setHeld] = useState<{ on: boolean; from: boolean; busy: boolean }>();
  // What was read since says how it is.
  if (held && !held.busy && on !== held.from) setHeld(undefined);
  const now = held?.on ?? on;
  const flip = async (next: boolean) => {
    if (held?.busy) return;
    setHeld({ on: next, from: on, busy: true });
    try {
      await put(next);
      setHeld(old => old && { ...old, busy: false });
    } catch (error) {
      setHeld(undefined);
      refused(error);
    }
  };
  return (
    <input
      {...more}
      type="checkbox"
      role="switch"
      className={className}
      aria-checked={now}
      aria-busy={held?.busy ?? false}
      checked={now}
      onChange={event => void flip(event.target.checked)}
    />
  );
}
