// The shapes of the HTTP contract. `paths` has the form openapi-typescript gives it.

export type Id = string;
export type Instant = string;
export type Day = string;

export interface Session {
  account: { id: Id; username: string; name: string; agentNo?: string };
  csrf: string;
  permissions: string[];
  communities: { id: Id; name: string }[];
  mustChangePassword: boolean;
  onDuty?: boolean;
  staffId?: Id;
}

export interface Device {
  id: Id;
  userAgent: string;
  ip: string;
  createdAt: Instant;
  seenAt: Instant;
  current: boolean;
}

export interface Community {
  id: Id;
  name: string;
  address: string;
  servicePhone: string;
  zone: string;
  feeMode: 'lump_sum' | 'commission';
  managedArea?: number;
  version: number;
}

export interface Department {
  id: Id;
  kind: string;
  name: string;
}

export interface Role {
  id: Id;
  code: string;
  name: string;
  permissions: string[];
}

export interface Staff {
  id: Id;
  community: Id;
  agentNo: string;
  name: string;
  mobile?: string;
  username?: string;
  departmentId?: Id;
  department?: string;
  position: string;
  skills: string[];
  areas: Id[];
  state: 'active' | 'disabled';
  onDuty: boolean;
  openTickets: number;
  roles: string[];
  version: number;
}

export interface Building {
  id: Id;
  code: string;
  name: string;
  rooms: number;
}

export interface Room {
  id: Id;
  community: Id;
  buildingId: Id;
  label: string;
  short: string;
  type: 'home' | 'shop' | 'office' | 'storage' | 'parking';
  floor?: number;
  buildingArea?: string;
  innerArea?: string;
  state: 'unsold' | 'sold' | 'vacant' | 'renovating' | 'occupied' | 'let';
  handedOverOn?: Day;
  version: number;
}

export interface Customer {
  id: Id;
  community: Id;
  archiveNo: string;
  kind: 'person' | 'organisation';
  name: string;
  mobiles: { masked: string; primary: boolean }[];
  tags: string[];
  notes: string;
  version: number;
}

export interface Resident {
  customerId: Id;
  name: string;
  relation: 'owner' | 'family' | 'tenant' | 'agent' | 'guest';
  share?: string | number;
  mobileMasked?: string;
  mobiles: number;
  tags: string[];
  from?: Day;
  to?: Day;
}

export interface Household {
  room: Room;
  people: Resident[];
  openTickets: TicketRow[];
  pastTickets: TicketRow[];
  ratings: { at: Instant; rating: number }[];
  figures: { open: number; past: number; avgRating?: number };
}

export interface Hit {
  kind: 'room' | 'customer' | 'ticket';
  id: Id;
  roomId?: Id;
  title: string;
  subtitle: string;
  badge?: string;
}

export interface ImportError {
  row: number;
  column: string;
  code: string;
  message: string;
  value?: string;
}

export interface Import {
  id: Id;
  fileName: string;
  state: 'checked' | 'rejected' | 'applied';
  rows: number;
  newRooms: number;
  newCustomers: number;
  newRelations: number;
  unchanged: number;
  errors: ImportError[];
  errorCount: number;
  createdAt: Instant;
  createdBy: string;
  appliedAt?: Instant;
}

export type Grade = 'A' | 'B' | 'C';
export type Status =
  | 'new'
  | 'dispatched'
  | 'accepted'
  | 'arrived'
  | 'working'
  | 'resolved'
  | 'followed_up'
  | 'archived'
  | 'cancelled';

export interface Category {
  id: string;
  zh: string;
  en: string;
  parent?: string;
  minGrade?: Grade;
  force?: Grade;
  defaultGrade?: Grade;
  dept?: string;
  words: string[];
}

/** A matter that is grade A whatever its category: a burst, somebody trapped, gas. */
export interface Forced {
  id: string;
  zh: string;
  en: string;
  words: string[];
}

export interface Clock {
  kind: 'response' | 'resolve';
  start: Instant;
  due: Instant;
  targetMs: number;
  stoppedAt?: Instant;
  state: 'running' | 'met' | 'missed' | 'breached';
}

export interface TicketRow {
  id: Id;
  number: string;
  kind: string;
  grade: Grade;
  title: string;
  category: string;
  roomId?: Id;
  place: string;
  short?: string;
  customerName?: string;
  status: Status;
  assignee?: { id: Id; name: string };
  clock?: Clock;
  openedAt: Instant;
  rating?: number;
  version: number;
}

export interface Entry {
  id: Id;
  at: Instant;
  by?: { id: Id; name: string };
  system: boolean;
  verb: string;
  channel?: string;
  public: boolean;
  text: string;
  data?: Record<string, unknown>;
  photos?: Id[];
}

export interface Photo {
  id: Id;
  kind: 'before' | 'after';
  at: Instant;
  by: string | { id: Id; name: string };
}

export interface Ticket extends TicketRow {
  community: Id;
  description: string;
  channel: string;
  customerId?: Id;
  contactName?: string;
  contactMobileMasked?: string;
  owner: { id: Id; name: string; agentNo?: string };
  clocks: Clock[];
  durations: { responseMs?: number; dispatchMs?: number; arrivalMs?: number; totalMs?: number };
  actions: string[];
  missing: string[];
  timeline: Entry[];
  photos: Photo[];
  followup?: FollowUp;
}

export interface TicketCounts {
  mine: number;
  due: number;
  unassigned: number;
  all: number;
  followup: number;
  breached: number;
}

export interface FollowUp {
  id: Id;
  ticketId: Id;
  ticketNumber: string;
  title: string;
  place: string;
  customerName?: string;
  contactMobileMasked?: string;
  dueAt: Instant;
  state: 'due' | 'done' | 'not_reached';
  attempts: number;
  by?: string | { id: Id; name: string };
  doneAt?: Instant;
  solved?: boolean;
  attitude?: number;
  speed?: number;
  effect?: number;
  rating?: number;
  words?: string;
  version: number;
}

export interface AuditEntry {
  id: Id;
  at: Instant;
  actorName: string;
  action: string;
  subject: string;
  ip?: string;
  sealed: boolean;
  before?: unknown;
  after?: unknown;
}

export interface Job {
  id: Id;
  kind: string;
  attempts: number;
  lastError: string;
  dueAt: Instant;
}

export interface System {
  version: string;
  engine: string;
  startedAt: Instant;
  unsealed: number;
  waitingJobs: number;
  deadJobs: number;
}

export interface NewTicket {
  community: Id;
  roomId?: Id;
  roomLabel?: string;
  place?: string;
  customerId?: Id;
  contactName?: string;
  contactMobile?: string;
  category: string;
  grade: Grade;
  title: string;
  description?: string;
  channel: string;
}

export interface Setup {
  code: string;
  company: string;
  community: { name: string; address?: string; servicePhone?: string; zone: string };
  admin: { name: string; username: string; mobile?: string; password: string };
}

export interface Page<T> {
  items: T[];
  next?: string;
}

type Answer<R> = {
  responses: { 200: { headers: Record<string, string>; content: { 'application/json': R } } };
};
type Body<B> = { requestBody: { content: { 'application/json': B } } };
type NoBody = { requestBody?: never };
type Params<P, Q, H> = { parameters: { path: P; query?: Q; header?: H; cookie?: never } };
type None = Record<string, never>;
type NoPath = { parameters: { path?: never; query?: never; header?: Once; cookie?: never } };
type Listed<Q> = { parameters: { path?: never; query?: Q; header?: never; cookie?: never } };
type ById = { id: Id };
type Once = { 'Idempotency-Key'?: string };
type Match = { 'If-Match'?: string };

type List<Q, R> = Listed<Q> & NoBody & Answer<R>;
type Get<R> = Params<ById, never, never> & NoBody & Answer<R>;
type Post<B, R> = NoPath & Body<B> & Answer<R>;
type PostAt<B, R> = Params<ById, never, Match & Once> & Body<B> & Answer<R>;
type Put<B, R> = Params<ById, never, Match> & Body<B> & Answer<R>;
type Scoped<Q = unknown> = { community?: Id; cursor?: string; limit?: number } & Q;
type Act<B> = { post: PostAt<B, Ticket> };

export type TicketQuery = Scoped<{ view?: string; status?: string; grade?: string; q?: string }>;
export type StaffBody = Omit<Staff, 'id' | 'community' | 'department' | 'openTickets' | 'version'>;

export interface paths {
  '/setup': { get: List<None, { needed: boolean }>; post: Post<Setup, Session> };
  '/session': {
    get: List<None, Session>;
    post: Post<{ username: string; password: string }, Session>;
    delete: List<None, unknown>;
  };
  '/devices': { get: List<None, Page<Device>> };
  '/devices/{id}': { delete: Get<unknown> };
  '/account/password': { put: Post<{ current: string; next: string }, unknown> };
  '/communities': {
    get: List<None, Page<Community>>;
    post: Post<Omit<Community, 'id' | 'version'>, Community>;
  };
  '/communities/{id}': { get: Get<Community>; put: Put<Omit<Community, 'id' | 'version'>, Community> };
  '/departments': { get: List<Scoped, Page<Department>> };
  '/roles': { get: List<None, Page<Role>> };
  '/staff': {
    get: List<Scoped<{ q?: string; state?: string }>, Page<Staff>>;
    post: Post<StaffBody & { community: Id }, { staff: Staff; oneTimePassword?: string }>;
  };
  '/staff/{id}': { get: Get<Staff>; put: Put<StaffBody, Staff> };
  '/staff/{id}/disable': { post: PostAt<{ reason: string }, unknown> };
  '/staff/{id}/enable': { post: PostAt<None, unknown> };
  '/staff/{id}/password': { post: PostAt<None, { oneTimePassword: string }> };
  '/staff/{id}/duty': { put: Put<{ onDuty: boolean }, unknown> };
  '/buildings': { get: List<Scoped, Page<Building>> };
  '/rooms/resolve': { get: List<{ community: Id; label: string }, { room?: Room; candidates: Room[] }> };
  '/customers/{id}/reveal': { post: PostAt<{ field: 'mobile'; index: number }, { value: string }> };
  '/households/{roomId}': { get: Params<{ roomId: Id }, never, never> & NoBody & Answer<Household> };
  '/search': { get: List<{ q: string; community?: Id }, Page<Hit>> };
  '/imports': { get: List<Scoped, Page<Import>> };
  '/imports/{id}': { get: Get<Import> };
  '/imports/{id}/apply': { post: PostAt<None, Import> };
  '/categories': { get: List<None, Page<Category> & { forced?: Forced[] }> };
  '/tickets': { get: List<TicketQuery, Page<TicketRow>>; post: Post<NewTicket, Ticket> };
  '/tickets/counts': { get: List<Scoped, TicketCounts> };
  '/tickets/{id}': { get: Get<Ticket> };
  '/tickets/{id}/dispatch': Act<{ to: Id }>;
  '/tickets/{id}/accept': Act<None>;
  '/tickets/{id}/refuse': Act<{ reason: string }>;
  '/tickets/{id}/tell': Act<{ channel: string; text: string; arrivalAt?: Instant }>;
  '/tickets/{id}/arrive': Act<None>;
  '/tickets/{id}/start': Act<None>;
  '/tickets/{id}/resolve': Act<{ cause?: string; remedy: string }>;
  '/tickets/{id}/note': Act<{ text: string }>;
  '/tickets/{id}/cancel': Act<{ reason: string }>;
  '/tickets/{id}/grade': Act<{ grade: Grade; reason: string }>;
  '/followups': { get: List<Scoped<{ state?: string }>, Page<FollowUp>> };
  '/followups/{id}/attempt': { post: PostAt<{ note: string }, FollowUp> };
  '/followups/{id}/complete': {
    post: PostAt<
      { solved: boolean; attitude: number; speed: number; effect: number; words?: string },
      FollowUp
    >;
  };
  '/audit': { get: List<Scoped<{ actor?: string; action?: string }>, Page<AuditEntry>> };
  '/jobs': { get: List<{ state?: string }, Page<Job>> };
  '/jobs/{id}/retry': { post: PostAt<None, unknown> };
  '/system': { get: List<None, System> };
}
