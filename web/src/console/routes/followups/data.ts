import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../../kit/client.ts';
import { wordFor } from '../../../kit/i18n.ts';
import type { FollowUp } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { t } from '../../words/index.ts';
import { clockOf } from '../customers/data.ts';

export const useFollowUp = (id: string) =>
  useQuery({
    queryKey: ['followups', 'one', id],
    queryFn: () => data(api.GET('/followups/{id}', { params: { path: { id } } })),
  });

/** How many households wait to be called. */
export function useCalls() {
  const community = useCommunity();
  return useQuery({
    queryKey: ['followups', 'counts', community],
    queryFn: () => data(api.GET('/followups/counts', { params: { query: { community } } })),
    enabled: useCan()('followup.view') && community !== '',
    refetchInterval: 60_000,
  });
}

export function usePeople(community: string) {
  const can = useCan();
  return useQuery({
    queryKey: ['staff', 'colleagues', community],
    queryFn: async () =>
      (await data(api.GET('/staff', { params: { query: { community, state: 'active', limit: 200 } } })))
        .items,
    enabled: can('staff.view'),
    staleTime: 60_000,
  });
}

/** What a follow-up is about: the ticket's title, or why the household is called. */
export const matterOf = (f: Pick<FollowUp, 'title' | 'rule'>): string =>
  f.title || t(`followup.rule.${f.rule}`);

/** How and when the customer likes to be reached, in words; nothing if nothing is known. */
export function wishes(f: FollowUp): string {
  const said: string[] = [];
  if (f.noCalls) said.push(t('followup.no_calls'));
  if (f.likes) said.push(t('followup.likes', { how: t(`channel.${f.likes}`) }));
  if (f.likesFrom !== undefined && f.likesTo !== undefined)
    said.push(`${clockOf(f.likesFrom)}–${clockOf(f.likesTo)}`);
  if (f.language && f.language !== 'zh') said.push(wordFor(`language.${f.language}`) ?? f.language);
  return said.join(t('list.join'));
}
