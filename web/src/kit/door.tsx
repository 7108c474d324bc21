// The code by which agreed work is paid at the customer's door (PAY-02b). It turns to "paid" by itself: the quote is read anew when its ticket changes.
import { useState } from 'react';
import { api, data } from './client.ts';
import { yuan } from './format.ts';
import { word } from './i18n.ts';
import { useSend } from './send.ts';
import { hourMinute } from './time.ts';
import type { OnlineOrder, Quote } from './types.ts';

type Channel = OnlineOrder['channel'];

export function DoorCode({ quote }: { quote: Quote }) {
  const send = useSend();
  const [order, setOrder] = useState<OnlineOrder>();
  const show = async (channel?: Channel) => {
    const made = await send.run(once =>
      data(
        api.POST('/quotes/{id}/code', {
          params: { path: { id: quote.id }, header: once },
          body: channel ? { channel } : {},
        }),
      ),
    );
    if (made) setOrder(made);
  };
  const others = order?.channels?.filter(c => c !== order.channel) ?? [];
  return (
    <div className="code-at-door" data-testid="door-code">
      {order?.code && (
        <figure>
          <img
            src={order.code}
            width="220"
            height="220"
            alt={word('door.alt', { channel: word(`door.${order.channel}`), total: yuan(order.amount) })}
          />
          <figcaption>
            {word('door.scan', { channel: word(`door.${order.channel}`), total: yuan(order.amount) })}
          </figcaption>
        </figure>
      )}
      {order && (
        <p className="dim" role="status">
          {word('door.waits', { time: hourMinute(new Date(order.expiresAt)) })}
        </p>
      )}
      {send.trouble && (
        <p className="trouble" role="alert">
          {send.trouble.text}
        </p>
      )}
      <p className="row wrap">
        {!order && (
          <button type="button" className="btn go" disabled={send.busy} onClick={() => void show()}>
            {word('door.show', { total: yuan(quote.total) })}
          </button>
        )}
        {others.map(c => (
          <button
            key={c}
            type="button"
            className="btn"
            disabled={send.busy}
            onClick={() => void show(c as Channel)}
          >
            {word('door.other', { channel: word(`door.${c as Channel}`) })}
          </button>
        ))}
        {order && (
          <button type="button" className="btn quiet" onClick={() => setOrder(undefined)}>
            {word('door.hide')}
          </button>
        )}
      </p>
    </div>
  );
}
