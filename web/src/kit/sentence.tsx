// A timeline entry read aloud: [who] [did what]: [content]. Verbs come from a closed list.
import type { ReactNode } from 'react';
import { rating as oneDecimal, yuan } from './format.ts';
import { currentLang, rich, template, word, wordFor } from './i18n.ts';
import { hourMinute, took, when } from './time.ts';
import type { Entry } from './types.ts';
import { slotName, windowText } from './visits.tsx';
import type { KitKey } from './words/zh.ts';

const str = (v: unknown): string => (typeof v === 'string' ? v : typeof v === 'number' ? String(v) : '');
const num = (v: unknown): number | undefined => (typeof v === 'number' ? v : undefined);
// The sentence ends with its own stop.
const bare = (text: string): string => text.trim().replace(/[。.]+$/, '');

function reason(data: Record<string, unknown>): string {
  const why = (data.why ?? {}) as Record<string, unknown>;
  const parts: string[] = [];
  if (why.shift) parts.push(word('why.shift', { shift: str(why.shift) }));
  else if (why.duty) parts.push(word('why.duty'));
  if (why.skill) {
    const skill = str(why.skill);
    parts.push(
      skill ? word('why.skill', { skill: wordFor(`skill.${skill}`) ?? skill }) : word('why.skill_plain'),
    );
  }
  if (why.area) parts.push(word('why.area'));
  const load = num(why.load);
  if (load !== undefined) parts.push(word('why.load', { n: load }));
  if (why.near) parts.push(word('why.near'));
  if (why.urgent) parts.push(word('why.urgent'));
  if (why.senior) parts.push(wordFor(`why.senior.${str(why.senior)}`) ?? '');
  if (why.slot) parts.push(word('why.slot', { slot: slotName(str(why.slot)) }));
  if (why.knows) parts.push(word('why.knows', { name: str(why.knows) }));
  if (why.plan) parts.push(word('why.plan'));
  const of = num(why.of) ?? 0;
  if (of > 1) parts.push(word('why.of', { n: of }));
  return parts.join(word('why.join'));
}

/** The step that a mentor is asked for. */
const stepOf = (data: Record<string, unknown>): string =>
  data.step ? (wordFor(`do.${str(data.step)}`) ?? str(data.step)) : '';

const leaders = (data: Record<string, unknown>): string =>
  Array.isArray(data.told) ? data.told.map(str).join(word('why.join')) : '';

function followUp(entry: Entry, data: Record<string, unknown>): string {
  const parts: string[] = [];
  if (typeof data.solved === 'boolean') {
    parts.push(word(data.solved ? 'said.followed_up.solved' : 'said.followed_up.unsolved'));
  }
  const value = num(data.rating);
  if (value !== undefined) {
    const { attitude, speed, effect } = data;
    parts.push(
      word('said.followed_up.rating', {
        rating: oneDecimal(value),
        attitude: str(attitude),
        speed: str(speed),
        effect: str(effect),
      }),
    );
  }
  if (entry.text) parts.push(word('said.quote', { text: bare(entry.text) }));
  return parts.join(word('list.join'));
}

function told(entry: Entry, data: Record<string, unknown>): string {
  const at = str(data.arrivalAt);
  const parts = at ? [word('said.told.at', { time: hourMinute(new Date(at)) })] : [];
  // Where only the hour was given, the text says the hour too.
  if (entry.text && bare(entry.text) !== parts[0]) parts.push(bare(entry.text));
  return parts.join(word('list.join'));
}

function resolved(entry: Entry, data: Record<string, unknown>): string {
  const [cause, remedy] = [bare(str(data.cause)), bare(str(data.remedy) || entry.text)];
  const parts = [cause ? word('said.resolved.cause', { cause, remedy }) : remedy];
  if (data.advice) parts.push(word('said.resolved.advice', { text: bare(str(data.advice)) }));
  if (data.parts) parts.push(word('said.resolved.parts', { text: bare(str(data.parts)) }));
  if (data.minutes) parts.push(word('said.resolved.minutes', { n: str(data.minutes) }));
  return parts.join(word('list.join'));
}

function shape(entry: Entry): { key: string; params: Record<string, ReactNode> } {
  const data = entry.data ?? {};
  const text = bare(entry.text);
  const grade = str(data.grade) || str(data.to);
  switch (entry.verb) {
    case 'opened': {
      const key = `said.opened.${entry.channel ?? str(data.channel)}`;
      return { key: wordFor(key) ? key : 'said.opened.phone', params: { grade } };
    }
    case 'dispatched': {
      const why = reason(data);
      const to = <b>{str(data.toName)}</b>;
      return { key: why ? 'said.dispatched.why' : 'said.dispatched', params: { to, why } };
    }
    case 'handed_over':
      return {
        key: 'said.handed_over',
        params: { to: <b>{str(data.toName)}</b>, from: <b>{str(data.fromName)}</b> },
      };
    case 'unanswered': {
      const names = leaders(data);
      const to = <b>{str(data.toName)}</b>;
      return {
        key: 'said.unanswered',
        params: { to, told: names && word('said.and_told', { told: names }) },
      };
    }
    case 'timed_out':
      return { key: 'said.timed_out', params: { to: <b>{str(data.toName)}</b> } };
    case 'offered':
      return { key: 'said.offered', params: { n: str(data.n) } };
    case 'no_one_free': {
      const names = leaders(data);
      return { key: names ? 'said.no_one_free.told' : 'said.no_one_free', params: { told: names } };
    }
    case 'queued':
    case 'unclaimed': {
      const names = leaders(data);
      return { key: `said.${entry.verb}`, params: { told: names && word('said.and_told', { told: names }) } };
    }
    case 'told': {
      const key = `said.told.${entry.channel ?? 'phone'}`;
      return { key: wordFor(key) ? key : 'said.told.phone', params: { text: told(entry, data) } };
    }
    case 'resolved':
      return { key: 'said.resolved', params: { text: resolved(entry, data) } };
    case 'held': {
      const until = str(data.until);
      const params = { text, until: until ? word('said.held.until', { time: when(until) }) : '' };
      return { key: `said.held.${str(data.why)}`, params };
    }
    case 'resumed':
      return { key: 'said.resumed', params: { took: took(num(data.ms) ?? 0) } };
    case 'verified':
      return data.silence
        ? { key: 'said.verified.silence', params: {} }
        : { key: 'said.verified', params: { text: text && word('said.quote', { text }) } };
    case 'appointed':
    case 'called_off':
      return {
        key: `said.${entry.verb}${text ? '.text' : ''}`,
        params: { text, window: windowText(str(data.from), str(data.to)) },
      };
    case 'rescheduled':
      return {
        key: 'said.rescheduled',
        params: {
          window: windowText(str(data.from), str(data.to)),
          was: windowText(str(data.oldFrom), str(data.oldTo)),
        },
      };
    case 'arrived': {
      const late = num(data.late) ?? 0;
      const is = data.kept === true ? 'kept' : late > 0 ? 'late' : late < 0 ? 'early' : '';
      return {
        key: is && data.kept !== undefined ? `said.arrived.${is}` : 'said.arrived',
        params: {
          n: Math.abs(late),
          where: num(data.meters) === undefined ? '' : word('said.where', { n: num(data.meters) ?? 0 }),
        },
      };
    }
    case 'reopened':
      return { key: 'said.reopened', params: { text, count: str(data.count) } };
    case 'not_reached':
      return { key: 'said.not_reached', params: { count: str(data.attempts) } };
    case 'escalated': {
      const to = Array.isArray(data.to) ? data.to.map(str).join(word('why.join')) : '';
      const params = { to, percent: str(data.percent), clock: word(`clock.${str(data.clock)}` as KitKey) };
      return { key: to ? 'said.escalated' : 'said.escalated.nobody', params };
    }
    case 'excused':
      return { key: 'said.excused', params: { text, clock: word(`clock.${str(data.clock)}` as KitKey) } };
    case 'asked':
      return {
        key: `said.asked.${str(data.what)}`,
        params: { text, time: data.until ? when(str(data.until)) : '', step: stepOf(data) },
      };
    case 'decided': {
      if (data.state === 'withdrawn' || data.state === 'lapsed') {
        const key = `said.decided.${data.state}`;
        return { key, params: { what: word(`do.${str(data.what)}` as KitKey) } };
      }
      const key = `said.decided.${str(data.what)}${data.state === 'approved' ? '.approved' : ''}`;
      const time = data.until ? when(str(data.until)) : '';
      return { key, params: { text: text || '–', by: <b>{str(data.by)}</b>, time, step: stepOf(data) } };
    }
    case 'report_due':
      return {
        key: 'said.report_due',
        params: { to: Array.isArray(data.to) ? data.to.map(str).join(word('why.join')) : '' },
      };
    case 'back_due':
      return {
        key: 'said.back_due',
        params: {
          to: Array.isArray(data.to) ? data.to.map(str).join(word('why.join')) : '',
          number: str(data.number),
        },
      };
    case 'unreached': {
      const time = data.next ? when(str(data.next)) : '';
      const second = str(data.second);
      return {
        key: 'said.unreached',
        params: {
          n: str(data.n),
          text: text && word('said.unreached.text', { text }),
          next: time && word(second ? 'said.unreached.next' : 'said.unreached.alone', { time, second }),
        },
      };
    }
    case 'taken':
      return {
        key: 'said.taken',
        params: { text, number: str(data.number), time: data.back ? when(str(data.back)) : '' },
      };
    case 'returned':
      return {
        key: 'said.returned',
        params: {
          what: str(data.what),
          number: str(data.number),
          text: text && word('said.unreached.text', { text }),
        },
      };
    case 'danger':
      return {
        key: 'said.danger',
        params: {
          matter: str(currentLang() === 'en' ? data.en : data.zh),
          grade,
          to: leaders(data) || word('said.nobody'),
        },
      };
    case 'hot':
      return {
        key: 'said.hot',
        params: {
          building: str(data.building) || word('hot.outside'),
          n: str(data.tickets),
          homes: str(data.households),
          usual: str(data.usual),
        },
      };
    case 'quoted': {
      const pays = word(`quote.pays.${str(data.pays)}` as KitKey);
      const params = { text, total: yuan(str(data.total)), pays };
      return { key: text ? 'said.quoted' : 'said.quoted.plain', params };
    }
    case 'quote_declined':
      return {
        key: data.customer === true ? 'said.quote_declined' : 'said.quote_declined.desk',
        params: { text, total: yuan(str(data.total)) },
      };
    case 'quote_accepted':
    case 'quote_signed':
    case 'quote_withdrawn':
    case 'quote_unpaid':
      return { key: `said.${entry.verb}`, params: { total: yuan(str(data.total)) } };
    case 'quote_paid':
      return {
        key: data.receipt ? 'said.quote_paid' : 'said.quote_paid.plain',
        params: { total: yuan(str(data.total)), receipt: str(data.receipt) },
      };
    case 'merged':
    case 'absorbed':
    case 'parted':
      return { key: `said.${entry.verb}`, params: { text, number: str(data.number) } };
    case 'task_added':
      return {
        key: 'said.task_added',
        params: { text, to: <b>{str(data.toName)}</b>, time: when(str(data.due)) },
      };
    case 'task_done':
    case 'task_cancelled':
      return { key: `said.${entry.verb}`, params: { text, title: str(data.title) } };
    case 'followed_up':
      return {
        key: data.customer === true ? 'said.rated' : 'said.followed_up',
        params: { text: followUp(entry, data) },
      };
    default: {
      const key = `said.${entry.verb}`;
      return wordFor(key)
        ? { key, params: { text, grade } }
        : { key: 'said.unknown', params: { text, verb: entry.verb } };
    }
  }
}

export function sentence(entry: Entry): ReactNode {
  const customer = entry.data?.customer === true;
  const who = entry.by ? (
    <b>{entry.by.name}</b>
  ) : customer ? (
    <b>{word('said.customer')}</b>
  ) : (
    word('said.system')
  );
  const { key, params } = shape(entry);
  // A name stands apart, the system is part of the sentence: 系统派给 …
  const text =
    !entry.by && !customer && currentLang() === 'zh'
      ? template(key).replace('{who} ', '{who}')
      : template(key);
  return rich(text, { who, ...params });
}
