// One line above the jobs while something waits to be read; the page comes later (PRO-01b).
import { useQuery } from '@tanstack/react-query';
import { api, data } from '../kit/client.ts';
import { Icon } from '../kit/icons.tsx';
import { useSession } from '../kit/session.ts';
import { go } from './path.ts';
import { t } from './words/index.ts';

export function useToRead() {
  const may = useSession().permissions.includes('procedure.view');
  return useQuery({
    queryKey: ['to-read'],
    queryFn: async () => (await data(api.GET('/procedures/to-read'))).items,
    enabled: may,
  });
}

/** One line above the jobs while something waits to be read. */
export function ToRead() {
  const n = useToRead().data?.length ?? 0;
  if (n === 0) return null;
  return (
    <a
      className="duty"
      href="/m/procedures"
      onClick={event => {
        event.preventDefault();
        go('/m/procedures');
      }}
    >
      {t('reading.n', { n })}
      <Icon name="right" />
    </a>
  );
}
