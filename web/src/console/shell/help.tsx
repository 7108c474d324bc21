import type { RefObject } from 'react';
import { type ConsoleKey, t } from '../words/index.ts';

const keys: [string[], ConsoleKey][] = [
  [['Ctrl', 'K'], 'keys.palette'],
  [['/'], 'keys.search'],
  [['C'], 'keys.new'],
  [['J', 'K'], 'keys.move'],
  [['X'], 'keys.pick'],
  [['Enter'], 'keys.open'],
  [['Esc'], 'keys.close'],
  [['A'], 'keys.dispatch'],
  [['R'], 'keys.reply'],
  [['N'], 'keys.note'],
  [['E'], 'keys.resolve'],
  [['Alt', 'Y'], 'keys.side'],
  [['G', 'T'], 'keys.tickets'],
  [['G', 'R'], 'keys.reception'],
  [['G', 'F'], 'keys.followups'],
  [['G', 'A'], 'keys.approvals'],
  [['G', 'H'], 'keys.housing'],
  [['G', 'U'], 'keys.customers'],
  [['G', 'P'], 'keys.procedures'],
  [['G', 'S'], 'keys.staff'],
  [['G', 'I'], 'keys.imports'],
  [['?'], 'keys.help'],
];

export function Help({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) {
  return (
    <dialog ref={dialog} className="sheet" aria-labelledby="help-title">
      <div className="row">
        <h2 id="help-title" className="grow">
          {t('keys.title')}
        </h2>
        <button type="button" className="btn quiet" onClick={() => dialog.current?.close()}>
          {t('do.close')}
        </button>
      </div>
      <p className="dim">{t('keys.composing')}</p>
      <dl className="keys">
        {keys.map(([names, word]) => (
          <div key={word}>
            <dt>
              {names.map(name => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{t(word)}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
