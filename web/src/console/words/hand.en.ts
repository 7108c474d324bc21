import type { HandKey } from './hand.zh.ts';

export const en: Record<HandKey, string> = {
  'ahead.of.earlier': 'an earlier owner’s: pays their bills only',
  'ahead.of.tenant': 'a tenant’s: pays their bills only',
  'ahead.of.developer': 'the developer’s: pays its bills only',
  'ahead.of.other': 'somebody else’s: pays nothing by itself',
  'hand.ask': 'Hand over',
  'hand.to': 'To whom',
  'hand.amount': 'Amount to hand over',
  'hand.document': 'Paper that both signed',
  'hand.reason': 'Reason',
  'hand.note':
    'When a room is sold, what the seller prepaid stays theirs and pays their bills only. Where both agreed that it goes with the room, ask for it here; it is the other’s once somebody else has approved it.',
  'hand.kind.owner': 'owner',
  'hand.kind.tenant': 'tenant',
  'hand.until': 'until {day}',
  'hand.asked': 'Asked to hand {yuan} that {from} prepaid over to {to}; somebody else decides',
  'hand.from': 'from {name}',
  'void.waits': 'goes out of the next shift',
  'void.later': 'Voided on another day, out of a till of this one:',
  'promise.who': 'Who promises',
  'promise.developer': 'the developer',
  'promise.of': 'promised by {name}',
};
