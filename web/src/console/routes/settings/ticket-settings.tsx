// What the pages of a community's ticket settings share: they are one document, and each page changes its part of it.
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api, data, match } from '../../../kit/client.ts';
import { useSend } from '../../../kit/send.ts';
import { showNow } from '../../../kit/shown.ts';
import type { TicketSettings } from '../../../kit/types.ts';
import { useCan, useCommunity } from '../../session.ts';
import { H1 } from '../../ui/heading.tsx';
import { ErrorNote } from '../../ui/query.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { toast } from '../../ui/toast.tsx';
import { TroubleNote } from '../../ui/trouble.tsx';
import { type ConsoleKey, t } from '../../words/index.ts';

export interface SettingsProps {
  set: TicketSettings;
  may: boolean;
}

type Part = { [K in keyof Omit<TicketSettings, 'shipped' | 'version'>]?: TicketSettings[K] | undefined };

/** Saves a page's part and leaves the others as they are; undefined takes a part away. */
export function useSave({ shipped: _, ...kept }: TicketSettings) {
  const client = useQueryClient();
  const community = useCommunity();
  const send = useSend();
  const save = async (part: Part, saved: string): Promise<boolean> => {
    const params = { path: { community }, header: match(kept.version) };
    const body = { ...kept, ...part } as typeof kept;
    const done = await send.run(() =>
      data(api.PUT('/communities/{community}/ticket-settings', { params, body })),
    );
    if (!done) return false;
    toast(saved);
    void showNow(client, ['ticket-settings', community], done);
    return true;
  };
  return { send, save };
}

/** The foot of each form: what went wrong, and the button. */
export function SaveFoot({ send, may }: Pick<ReturnType<typeof useSave>, 'send'> & { may: boolean }) {
  return (
    <>
      <TroubleNote trouble={send.trouble} />
      {may && (
        <p>
          <button type="submit" className="btn go" disabled={send.busy}>
            {t(send.busy ? 'form.saving' : 'form.save')}
          </button>
        </p>
      )}
    </>
  );
}

export function TicketSettingsPage({
  title,
  intro,
  form: Form,
}: {
  title: ConsoleKey;
  intro?: ConsoleKey;
  form: (props: SettingsProps) => ReactNode;
}) {
  const community = useCommunity();
  const may = useCan()('ticket.settings');
  const query = useQuery({
    queryKey: ['ticket-settings', community],
    queryFn: () =>
      data(api.GET('/communities/{community}/ticket-settings', { params: { path: { community } } })),
    enabled: community !== '',
  });
  return (
    <main id="main" className="page tabbed">
      <header className="page-head">
        <H1>{t(title)}</H1>
        {intro && <p className="dim">{t(intro)}</p>}
      </header>
      <Tabs of="settings" />
      <div className="page-body">
        <ErrorNote query={query} />
        {query.isPending && <Skeleton rows={10} />}
        {query.data && <Form key={community} set={query.data} may={may} />}
      </div>
    </main>
  );
}
