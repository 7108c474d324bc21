import { useQuery } from '@tanstack/react-query';
import { api, data } from '../../../kit/client.ts';
import { currentLang } from '../../../kit/i18n.ts';

export { today } from '../../../kit/time.ts';

export const relations = ['owner', 'family', 'tenant', 'agent', 'guest'] as const;

/** The company's tags; each by the word that archives hold. */
export const useTags = () =>
  useQuery({
    queryKey: ['tags'],
    queryFn: async () => (await data(api.GET('/tags'))).items,
    staleTime: 5 * 60_000,
  });

/** How a tag is called in the language of the screen. */
export function useTagName(): (word: string) => string {
  const tags = useTags().data ?? [];
  return word => (currentLang() === 'en' ? (tags.find(tag => tag.name === word)?.en ?? word) : word);
}

export const clockOf = (minutes: number | undefined): string =>
  minutes === undefined
    ? ''
    : `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

export const minutesOf = (clock: string): number | undefined => {
  const [h, m] = clock.split(':').map(Number);
  return h === undefined || m === undefined || Number.isNaN(h + m) ? undefined : h * 60 + m;
};
