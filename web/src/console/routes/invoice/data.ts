import { useQueryClient } from '@tanstack/react-query';
import type { Invoice } from '../../../kit/types.ts';

export const colour: Record<Invoice['state'], string> = {
  applied: 'amber',
  exported: 'care',
  issued: 'green',
  refused: 'amber',
  withdrawn: '',
};

export function useInvoicesStale() {
  const client = useQueryClient();
  return () => {
    for (const key of ['invoice', 'invoices', 'invoiceable', 'invoice-batches'])
      void client.invalidateQueries({ queryKey: [key] });
  };
}

/** 0.06 → "6%". */
export const percentOf = (rate: string) => `${Number((Number(rate) * 100).toFixed(4))}%`;
