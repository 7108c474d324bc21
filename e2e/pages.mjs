// Every page of both faces, light and dark, Chinese and English: axe finds nothing serious, nothing fails in the
// console, no policy is violated, and the page shows what it is for. Colours do not depend on the language nor
// words on the colours, so two dresses show all four.
import { readFile } from 'node:fs/promises';
import { act, admin, agent, hire, importSheet, plant, setUp, signIn, technician } from './house.mjs';
import {
  api,
  at,
  axe,
  base,
  desktop,
  narrow,
  other,
  person,
  phone,
  send,
  settled,
  shoot,
  step,
  story,
  until,
} from './lib.mjs';

const modes = [
  { lang: 'zh', scheme: 'light' },
  { lang: 'en', scheme: 'dark' },
].slice(other ? 1 : 0);

await story('every page, in every dress', async browser => {
  for (const mode of modes) {
    await look(browser, mode, desktop, null, { 'set-up': '/console/' });
    await look(browser, mode, phone, null, { 'phone before set-up': '/m' });
  }

  const made = await step('a community with a few households, a technician and two tickets', () =>
    furnish(browser),
  );
  for (const mode of modes) {
    await look(browser, mode, desktop, null, { 'sign-in': '/console/' });
    await look(browser, mode, phone, null, { 'phone sign-in': '/m' });
    await look(browser, mode, desktop, admin, consolePages(made));
    await look(browser, mode, phone, technician, phonePages(made));
    await look(browser, mode, phone, null, {
      'shared income for whoever asks': `/r/shared/${made.shared.community}`,
    });
    await look(browser, mode, phone, admin, {
      'report from the grounds': '/m/report',
      'to decide': '/m/approvals',
      'a request': `/m/approvals/${made.change.approvalId}`,
    });
  }
});

function consolePages(made) {
  return {
    tickets: '/console/tickets?view=all',
    'tickets, none': '/console/tickets?q=nothing-like-this',
    'ticket beside the list': `/console/tickets?view=all&open=${made.open.id}`,
    'ticket page': `/console/tickets/${made.resolved.id}`,
    'new ticket': '/console/tickets/new',
    'board by stage': '/console/tickets/board',
    'board by person': '/console/tickets/board?by=person',
    'calendar of appointments': '/console/tickets/calendar',
    'calendar of a day by skill': '/console/tickets/calendar?view=day&by=skill',
    'batch plan': '/console/tickets/plan',
    'look-ins': '/console/tickets/look-ins',
    'arrivals kept': '/console/tickets/arrivals',
    'settings of appointments': '/console/settings/visits',
    'new ticket for a household': `/console/tickets/new?room=${made.room.id}`,
    reception: '/console/reception',
    'reception, found': `/console/reception?q=${made.mobile}`,
    household: `/console/households/${made.room.id}`,
    customers: '/console/customers',
    'my messages': '/console/account/messages',
    'mail and quiet hours': '/console/settings/mail',
    'outgoing messages': '/console/settings/messages',
    'customers, none': '/console/customers?q=nothing-like-this',
    customer: `/console/customers/${made.customer}`,
    'change of owner': `/console/customers/transfer?room=${made.room.id}`,
    duplicates: '/console/customers/duplicates',
    tags: '/console/customers/tags',
    reminders: '/console/customers/reminders',
    tenancies: '/console/customers/leases',
    'a tenancy': `/console/customers/leases?open=${made.lease.id}`,
    'a new tenancy': '/console/customers/leases?open=new',
    'pets and things': '/console/customers/belongings',
    'a pet': `/console/customers/belongings?open=${made.dog.id}`,
    'follow-ups': '/console/followups?state=due',
    'a follow-up': `/console/followups?state=due&open=${made.followup.id}`,
    'follow-up figures': '/console/followups/figures?by=rule',
    'follow-up rules': '/console/followups/rules',
    'a follow-up sheet': `/console/followups/${made.followup.id}/sheet`,
    'papers of a ticket': `/console/tickets/${made.followup.ticketId}/papers`,
    'forms that go with a ticket': `/console/tickets/${made.followup.ticketId}/slips`,
    'forms on file': '/console/tickets/slips',
    'forms on file, of one kind': '/console/tickets/slips?form=borrow_slip',
    'forms on file, of a kind that there is not': '/console/tickets/slips?form=nothing-like-this',
    'a form of a ticket': `/console/tickets/${made.followup.ticketId}/print`,
    procedures: '/console/procedures',
    'procedures, none': '/console/procedures?q=nothing-like-this',
    'a procedure': `/console/procedures/${made.procedure.id}`,
    'a new procedure': '/console/procedures/new',
    'procedures to read': '/console/procedures/to-read',
    'who has not read': '/console/procedures/readers',
    imports: '/console/imports',
    'import templates': '/console/imports/templates',
    'an import': `/console/imports/${made.import.id}`,
    housing: `/console/housing?building=${made.room.buildingId}`,
    'new building': '/console/housing/new',
    rooms: '/console/housing/rooms',
    'rooms, none': '/console/housing/rooms?q=99-99',
    parcels: `/console/housing/parcels?open=${made.parcel.id}`,
    vehicles: `/console/housing/parking?open=${made.vehicle.id}`,
    'new vehicle': '/console/housing/parking?open=new',
    'parking spaces': `/console/housing/parking?view=spaces&open=${made.space.id}`,
    'rules of parking': '/console/housing/parking?view=rules',
    'hand-over board': '/console/housing/handover',
    checklist: '/console/housing/checklist',
    facilities: '/console/housing/facilities',
    'a facility': `/console/housing/facilities?open=${made.facility.id}`,
    'a new facility': '/console/housing/facilities?open=new',
    plans: `/console/housing/plans?open=${made.plan.id}&item=${made.valve.id}`,
    'a new plan': '/console/housing/plans?open=new',
    'a hand-over': `/console/housing/handover/${made.handover.id}`,
    'bill runs': '/console/bill-runs',
    'online payments': '/console/online-payments',
    'strange payments': '/console/online-payments?view=strange',
    'merchants of a community': '/console/settings/payments',
    'a bill run': `/console/bill-runs/${made.run.id}`,
    'bill rounds': '/console/bill-rounds',
    reductions: '/console/discounts',
    corrections: '/console/bill-fixes',
    'a correction': `/console/bill-fixes/${made.fix.id}`,
    'notices of bills': `/console/bill-notices/${made.run.id}`,
    'notices to print': `/console/bill-notices/${made.run.id}/print`,
    'bills of a household': `/console/bills/${made.room.id}`,
    'gateways of meters': '/console/meter-gateways',
    charges: `/console/charges?open=${made.charge.id}`,
    'a new charge': '/console/charges?open=new',
    'shared income': '/console/shared-income',
    'an entry of shared income': `/console/shared-income?year=${made.shared.yearId}&open=${made.shared.id}`,
    'inspections of charges': '/console/charge-inspections',
    'an inspection of charges': `/console/charge-inspections?open=${made.inspection.id}`,
    'the cashier': `/console/cashier?room=${made.room.id}`,
    'temporary charges': `/console/temporary?room=${made.room.id}&period=2026-03`,
    'parking at the desk': '/console/temporary?kind=parking&period=2026-03',
    payments: `/console/payments?open=${made.payment.id}`,
    refunds: `/console/refunds?open=${made.refund.id}`,
    'deposits that are held': '/console/deposits',
    'claims set off': '/console/offsets',
    'money in suspense': '/console/suspense',
    'bank statements': '/console/statements',
    invoices: '/console/invoices?state=all',
    'invoices of a household': `/console/invoices?state=all&room=${made.room.id}`,
    'invoice settings': '/console/invoice-settings',
    'direct debit': '/console/debits',
    'mandates for direct debit': '/console/debit-mandates',
    'a settlement': `/console/settlements/${made.room.id}?day=2026-03-15`,
    'the cashier’s day': '/console/cashier/day?day=2026-03-10',
    'receipt books': '/console/cashier/books',
    'a receipt': `/console/receipts/${made.payment.receiptId}`,
    meters: '/console/meters',
    arrears: '/console/arrears?view=all',
    'arrears of a household': `/console/arrears/${made.room.id}`,
    'the ladder of dunning': '/console/arrears-rules',
    'collection rates': '/console/collection?from=2026-03&to=2026-03',
    'rooms without charge': '/console/collection?from=2026-03&to=2026-03&table=uncharged',
    'collection trend': '/console/collection?from=2026-03&to=2026-03&table=trend',
    'odd entries': '/console/collection?from=2026-03&to=2026-03&table=odd',
    'monthly collection': '/console/collection?from=2026-03&to=2026-03&table=months',
    'pieces of a figure': '/console/collection/pieces?from=2026-03&to=2026-03&figure=cash',
    'a statement': `/console/extracts/room/${made.room.id}?from=2026-01-01&to=2026-03-31`,
    'statements that were sent': '/console/extracts',
    'shared costs': '/console/public-costs',
    staff: '/console/staff',
    'a member of staff': `/console/staff/${made.staff.id}`,
    'new member of staff': '/console/staff/new',
    approvals: '/console/approvals',
    'all approvals': `/console/approvals?view=all&open=${made.change.approvalId}`,
    settings: '/console/settings',
    organisation: '/console/settings/organisation',
    roles: '/console/settings/roles',
    'a role': `/console/settings/roles?open=${made.role.id}`,
    'a new role': '/console/settings/roles?open=new',
    positions: '/console/settings/positions',
    'approval rules': '/console/settings/approvals',
    audit: '/console/settings/audit',
    exports: '/console/settings/exports',
    'texts of consent': '/console/settings/consents',
    jobs: '/console/settings/jobs',
    notices: '/console/notices',
    'all notices': '/console/notices?view=all',
    'clocks of tickets': '/console/settings/clocks',
    dispatch: '/console/settings/dispatch',
    'what must be proved': '/console/settings/evidence',
    categories: '/console/settings/categories',
    'a category': '/console/settings/categories?open=facilities.water',
    'a new category': '/console/settings/categories?open=new',
    'versions of categories': '/console/settings/categories?open=versions',
    triage: '/console/settings/triage',
    'price list': '/console/settings/prices',
    roster: '/console/roster',
    'shifts and patterns': '/console/roster/shifts',
    swaps: '/console/roster/swaps?view=all',
    'response team': '/console/roster/response',
    attendance: '/console/attendance',
    'management log': '/console/daily',
    'management log by month': '/console/daily/month',
    'management log on paper': '/console/daily/print',
    'staffing plans': '/console/staffing',
    'faults by month': '/console/faults',
    upkeep: '/console/tickets/upkeep',
    'upkeep of a year': '/console/tickets/upkeep?view=year',
    'shift handovers': '/console/shift-handovers',
    retention: '/console/settings/retention',
    'sign-in and locks': '/console/settings/security',
    devices: '/console/account/devices',
    'own security': '/console/account/security',
    deputy: '/console/account/deputy',
    password: '/console/account/password',
    'no such page': '/console/nowhere',
  };
}

function phonePages(made) {
  return {
    'my jobs': '/m',
    'my notices': '/m/notices',
    'procedures to read': '/m/procedures',
    'my duties': '/m/duties',
    'management log and my tasks': '/m/daily',
    me: '/m/me',
    'a job': `/m/tickets/${made.open.id}`,
    'forms of a job': `/m/tickets/${made.open.id}/slips`,
    'a form of a job': `/m/tickets/${made.open.id}/slips/onsite_form`,
    'a finished job': `/m/tickets/${made.resolved.id}`,
    'the valve to close': `/m/plans/${made.plan.id}/${made.valve.id}`,
  };
}

/** Opens each page as one person in one dress and looks at it. */
async function look(browser, { lang, scheme }, viewport, who, pages) {
  const dress = `${lang} ${scheme}`;
  const page = await person(browser, `${dress}`, {
    lang,
    scheme,
    viewport,
    touch: viewport === phone,
  });
  if (who) await signIn(page, who);
  for (const [name, path] of Object.entries(pages)) {
    await step(`${name}, ${dress}`, async () => {
      await page.goto(path);
      await settled(page);
      await page.locator('h1').first().waitFor();
      await axe(page, `${name} ${dress}`);
      if (process.env.SHOTS) await shoot(page, `${name}-${dress}`);
      // How wide things are depends on the words: the longer ones.
      if (lang === 'en') await narrow(page, viewport === phone ? 320 : 390, name);
    });
  }
  await page.context().close();
}

async function furnish(browser) {
  const page = await person(browser, 'administrator');
  await page.goto('/console/');
  const { communities } = await setUp(page);
  const community = communities[0].id;
  const done = await importSheet(page, community);
  const { room } = await api(page, `/rooms/resolve?community=${community}&label=3-2-1502`);
  const customer = (await api(page, `/households/${room.id}`)).people[0].customerId;
  for (const kind of ['privacy', 'pictures'])
    await send(page, 'POST', '/consent-texts', {
      community,
      kind,
      zh: '您同意吗？',
      en: 'Do you agree?',
    });
  const { lease, dog } = await family(page, community, room, customer);
  const { staff, oneTimePassword } = await hire(page, community, technician, {
    agentNo: 'W01',
    position: '维修工',
    skills: ['water'],
    may: ['ticket.accept', 'ticket.arrive', 'ticket.resolve'],
  });
  const hands = await person(browser, 'technician', {
    viewport: phone,
    touch: true,
  });
  await hands.goto('/m');
  await signIn(hands, technician, oneTimePassword);

  const burst = await send(page, 'POST', '/daily-entries', {
    community,
    minute: 0,
    words: '地下室水管漏水，已关阀',
    important: true,
    form: { place: '3栋地下室', measures: '已关总阀', told: '管理处主任' },
  });
  const { id: logId } = await api(page, `/daily-log?community=${community}`);
  await send(page, 'POST', '/daily-tasks', {
    logId,
    part: 'log',
    words: '复查地下室阀门',
    to: staff.id,
    due: burst.at.slice(0, 10),
  });
  const resolved = await open(page, community, room, '厨房水管漏水');
  await finish(hands, resolved.id);
  const stillOpen = await open(page, community, room, '阳台地漏返味 <b>&"𠮷😀');
  const procedure = (await api(page, '/procedures?kind=repair')).items[0];
  await page.context().close();
  await hands.context().close();

  // The night ends every session.
  await at('2026-03-11T10:00:00+08:00');
  const next = await person(browser, 'administrator, next day');
  await signIn(next, admin);
  // Somebody asks, so that there is something to decide.
  const roles = (await api(next, '/roles')).items;
  const asker = await send(next, 'POST', '/staff', {
    community,
    agentNo: 'W09',
    name: '高远',
    username: agent.username,
    position: '管理处主任',
    roles: ['property_manager'],
  });
  const office = await person(browser, 'manager');
  await signIn(office, agent, asker.oneTimePassword);
  const change = await send(office, 'POST', `/staff/${staff.id}/position-changes`, {
    position: '维修领班',
    roles: [{ role: 'maintenance_leader', community }],
    day: '2026-03-20',
    reason: '带班',
    handOverTo: asker.staff.id,
  });
  await office.context().close();
  const estate = await build(next, community, room, customer);
  const money = await fees(next, community, room);
  await roster(next, community, staff, asker.staff);
  const role = roles.find(r => r.code === 'technician');
  const followup = (await api(next, `/followups?community=${community}&state=due`)).items[0];
  await next.context().close();
  return {
    room,
    customer,
    lease,
    dog,
    staff,
    change,
    role,
    import: done,
    resolved,
    open: stillOpen,
    procedure,
    followup,
    ...estate,
    ...money,
    mobile: '13800001502',
  };
}

/** An item that waits for its tariff, a meter, a shared cost, and the run that lists the rooms without a price. */
async function fees(page, community, room) {
  const item = {
    community,
    starts: 'always',
    period: 'month',
    dueDay: 20,
    firstMonth: 'by_day',
    lastMonth: 'by_day',
    roundUnit: 'fen',
    roundMode: 'half_up',
    taxRate: '0.06',
    latePerDay: '0.0005',
    lateGrace: 5,
    lateFrom: 'due',
    lateCap: '100',
    priceKind: 'market',
  };
  const charge = await send(page, 'POST', '/charges', {
    ...item,
    code: 'WY',
    name: '物业费',
    basis: 'building_area',
  });
  const share = await send(page, 'POST', '/charges', {
    ...item,
    code: 'GT',
    name: '公摊电费',
    basis: 'share',
    shareBy: 'household',
  });
  await send(page, 'POST', '/public-costs', {
    community,
    itemId: share.id,
    period: '2026-03',
    name: '照明',
    amount: '88.00',
  });
  await send(page, 'POST', '/meters', {
    community,
    kind: 'water',
    number: 'S001',
    roomId: room.id,
    first: { meterId: '', on: '2026-02-28', value: '100' },
  });
  const run = await send(page, 'POST', '/bill-runs', { community, period: '2026-03' });
  await until(
    'it was calculated',
    async () => (await api(page, `/bill-runs/${run.id}`)).state === 'calculated',
  );
  const fix = await send(page, 'POST', '/bill-fixes', {
    itemId: share.id,
    first: '2026-03',
    last: '2026-03',
    cause: 'other',
    reason: '公摊有误',
    evidence: '发票2026-3',
  });
  await send(page, 'POST', '/cashier-shifts', { community, opening: '200.00' });
  const payment = await send(page, 'POST', '/payments', {
    roomId: room.id,
    way: 'ahead',
    amount: '300.00',
    expected: '0',
    means: 'cash',
    payer: '王海峰',
  });
  const refund = await send(page, 'POST', '/refunds', {
    paymentId: payment.id,
    amount: '50.00',
    reason: '多交',
  });
  const shared = await send(page, 'POST', '/shared-entries', {
    community,
    side: 'income',
    kind: 'lift_ads',
    day: '2026-02-10',
    amount: '1200.00',
    words: '电梯轿厢广告',
    document: 'GG-01',
  });
  const inspection = await send(page, 'POST', '/charge-inspections', {
    community,
    kind: 'order',
    authority: '区市场监督管理局',
    number: '责改〔2026〕3号',
    day: '2026-02-10',
    items: [share.id],
    finding: '公摊电费公示不及时',
    refund: '88.00',
    fine: '0',
    dueOn: '2026-03-01',
    assigneeId: (await api(page, `/staff?community=${community}`)).items[0].id,
  });
  return { charge, run, payment, fix, refund, shared, inspection };
}

/** A shift with a conflict, a pattern, leave and a handover (STA-01, STA-02). */
async function roster(page, community, technician, manager) {
  const shift = await send(page, 'POST', '/roster-shifts', {
    community,
    name: '早班',
    post: 'maintenance',
    startMinute: 480,
    minutes: 900,
    skills: ['water'],
    least: 2,
  });
  for (const day of ['2026-03-12', '2026-03-13'])
    await send(page, 'POST', '/roster-duties', {
      community,
      shiftId: shift.id,
      staffId: technician.id,
      day,
      reason: '人手不足',
    });
  await send(page, 'POST', '/roster-patterns', {
    community,
    name: '做一休一',
    days: 2,
    startsOn: '2026-03-12',
    turns: [{ staffId: technician.id, shiftId: shift.id, on: [0] }],
  });
  await send(page, 'POST', '/roster-leaves', {
    community,
    staffId: manager.id,
    kind: 'annual',
    fromDay: '2026-03-12',
    toDay: '2026-03-12',
  });
  await send(page, 'POST', '/shift-handovers', {
    community,
    post: 'service',
    inId: technician.id,
    keys: '钥匙 2 把',
  });
}

/** A parcel, a space with a car, and a flat whose owner comes to receive it. */
async function build(page, community, room, customerId) {
  const parcel = await send(page, 'POST', '/parcels', { community, kind: 'keeper', name: '东区' });
  await send(
    page,
    'POST',
    `/parcels/${parcel.id}/rooms`,
    { buildings: [room.buildingId] },
    { 'If-Match': '"1"' },
  );
  const space = await send(page, 'POST', '/parking/spaces', {
    community,
    number: 'B1-17',
    kind: 'owned',
    place: 'standard',
  });
  const vehicle = await send(page, 'POST', '/vehicles', {
    community,
    plate: '浙AD12345',
    kind: 'car',
    room: room.short,
    customerId,
    space: 'B1-17',
    permitFrom: '2026-03-01',
    permitTo: '2026-03-20',
  });
  const flat = await send(page, 'POST', '/rooms', {
    community,
    label: '9-1-101',
    type: 'home',
    state: 'sold',
    floor: 1,
    buildingArea: '90',
  });
  const { handoverId } = await send(page, 'POST', '/handovers', { community, rooms: [flat.id] });
  const handover = await send(
    page,
    'POST',
    `/handovers/${handoverId}/appoint`,
    { day: '2026-03-11', slot: '09:30' },
    { 'If-Match': '"1"' },
  );
  await send(page, 'POST', `/rooms/${room.id}/papers`, {
    kind: 'contract',
    edition: '2026-1',
    customerId,
    signedOn: '2026-03-01',
  });
  return { parcel, space, vehicle, handover, ...(await plant(page, community, room.buildingId)) };
}

/** What belongs to a household besides tickets: a tenancy that lacks something, a dog, a call, a second archive. */
async function family(page, community, room, customer) {
  const lease = await send(page, 'POST', '/leases', {
    roomId: room.id,
    from: '2025-11-01',
    to: '2026-03-20',
    rent: '3500.00',
    parties: [
      { role: 'landlord', customerId: customer },
      {
        role: 'tenant',
        name: '陈租',
        number: '13900001111',
        identityKind: 'passport',
        identity: 'E00000001',
      },
    ],
  });
  const dog = await send(page, 'POST', '/belongings', {
    roomId: room.id,
    customerId: customer,
    kind: 'dog',
    name: '豆豆',
    expiresOn: '2026-03-12',
  });
  await send(page, 'POST', '/callbacks', {
    community,
    customerId: customer,
    day: '2026-03-11',
    words: '约看水表',
  });
  await send(page, 'POST', '/customers', {
    community,
    kind: 'person',
    name: '李 静',
    mobiles: [{ number: '13800001502' }],
    details: {
      birthday: '1958-03-11',
      noCalls: true,
      emergency: { name: '李强', relation: '子女', number: '13800001999' },
    },
  });
  return { lease, dog };
}

async function open(page, community, room, title) {
  const { items } = await api(page, '/categories');
  const category = items.find(c => c.words?.some(w => title.includes(w))) ?? items.find(c => c.parent);
  const made = await send(page, 'POST', '/tickets', {
    community,
    roomId: room.id,
    category: category.id,
    grade: 'B',
    title,
    channel: 'phone',
  });
  await at('2026-03-10T09:00:00+08:00');
  return made;
}

/** The technician does the job, step by step. */
async function finish(page, id) {
  for (const [step, body] of [
    ['accept', {}],
    ['arrive', {}],
    ['start', {}],
    ['resolve', { cause: '接头老化', remedy: '换了接头' }],
  ]) {
    if (step === 'resolve') await shootWork(page, id);
    await act(page, id, step, body);
  }
}

/** A repair is resolved with a picture of the finished work. */
async function shootWork(page, id) {
  const { csrf } = await api(page, '/session');
  const buffer = await readFile(process.env.PHOTO);
  const answer = await page.request.fetch(`${base}/api/v1/tickets/${id}/photos?kind=after`, {
    method: 'POST',
    headers: { 'X-CSRF-Token': csrf, 'Idempotency-Key': crypto.randomUUID() },
    multipart: { file: { name: '完工.jpg', mimeType: 'image/jpeg', buffer } },
  });
  if (!answer.ok()) throw new Error(`photo: ${answer.status()} ${await answer.text()}`);
}
