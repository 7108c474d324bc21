// Confirming that one has read a version: at once, or after its quiz, which is fetched only where there is one.
import { lazy, Suspense } from 'react';
import { word } from './i18n.ts';
import type { Quiz } from './types.ts';

const QuizForm = lazy(() => import('./quiz.tsx'));

interface Props {
  version: string;
  quiz: Quiz | undefined;
  confirm: () => void;
  busy: boolean;
  button?: string;
}

export function Confirming({ version, quiz, confirm, busy, button = 'btn go' }: Props) {
  if (quiz)
    return (
      <Suspense fallback={null}>
        <QuizForm version={version} quiz={quiz} confirm={confirm} busy={busy} button={button} />
      </Suspense>
    );
  return (
    <button type="button" className={button} disabled={busy} onClick={confirm}>
      {word('run.read')}
    </button>
  );
}
