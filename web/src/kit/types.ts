// The shapes of the contract under the names the faces use; api.d.ts is generated from the program's own types.
import type { components, paths } from './api.d.ts';

export type { paths };

type S = components['schemas'];

export type Id = string;
export type Session = S['AuthView'];
export type Device = S['AuthDevice'];
export type Community = S['OrgCommunity'];
export type Department = S['OrgDepartment'];
export type Role = S['AuthRole'];
export type Staff = S['StaffView'];
export type StaffBody = S['StaffMemberBody'];
export type Building = S['HousingBuildingRow'];
export type Room = S['HousingRoom'];
export type Customer = S['Customer'];
export type CustomerBody = S['CustomerDraft'];
export type Consent = S['CustomerConsentView'];
export type ConsentText = S['CustomerConsentText'];
export type PrivacySettings = S['AuditSettings'];
export type Resident = S['CustomerResident'];
export type Household = S['DeskHousehold'];
export type Hit = S['DeskHit'];
export type Import = S['ImportsImport'];
export type ImportTemplate = S['ImportsTemplateView'];
export type ImportOutcome = S['ImportsOutcome'];
export type ImportError = S['ImportsRowError'];
export type TicketRow = S['TicketRowView'];
/** A ticket as the page shows it. */
export type Ticket = S['TicketFull'];
export type Grade = Ticket['grade'];
export type Status = Ticket['status'];
export type Category = S['TicketCategory'];
/** A matter that is grade A whatever its category: a burst, somebody trapped, gas. */
export type Forced = S['TicketForced'];
export type Clock = S['TicketClock'];
export type Entry = S['TicketEntryView'];
export type Photo = S['TicketPhoto'];
export type FollowUp = S['FollowupView'];
export type AuditEntry = S['AuditEntry'];
export type RetentionRule = S['RetentionRule'];
export type Job = S['JobsJob'];
export type SignInFigures = S['AuthSettings'];
export type SignInLock = S['AuthLock'];
export type RoomAccounts = S['ResidentAccounts'];
export type Tenancy = S['ResidentTenancy'];
export type Approval = S['ApprovalView'];
export type ApprovalRule = S['ApprovalRule'];
export type Deputy = S['ApprovalDeputyView'];
export type Permission = S['AuthPermission'];
export type Held = S['AuthHeld'];
export type Change = S['StaffChange'];
export type StaffHistory = S['StaffHistory'];
export type Tree = S['OrgTree'];
export type Region = S['OrgRegion'];
export type Position = S['StaffPosition'];
export type NewTicket = S['OpenInputBody'];
export type Setup = S['SetupRequest'];
export type TicketQuery = NonNullable<paths['/tickets']['get']['parameters']['query']>;
