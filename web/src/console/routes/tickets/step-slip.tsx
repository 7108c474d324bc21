// At a step that asks for a form: the way to it, or to the one that ticked it (PRO-01).
import { Link } from '@tanstack/react-router';
import { current, named, useForms } from '../../../kit/slips.ts';
import type { RunStep } from '../../../kit/types.ts';
import { t } from '../../words/slips.ts';

export function StepSlip({ ticket, step }: { ticket: string; step: RunStep }) {
  const form = current(useForms().data ?? []).find(f => f.id === step.form);
  if (!form || (step.state !== 'open' && !step.tick?.slipId)) return null;
  const open = step.state === 'open';
  // A line may be missing of a form that is there already: it is corrected then, not written once more.
  const line = open && form.fields.find(f => f.id === step.line);
  return (
    <Link
      to="/console/tickets/$id/slips"
      params={{ id: ticket }}
      search={open && !line ? { form: form.id } : {}}
    >
      {t(open ? 'slips.step.fill' : 'slips.step.see', {
        form: [named(form), line ? named(line) : step.tick?.slipNo].filter(Boolean).join(' '),
      })}
    </Link>
  );
}
