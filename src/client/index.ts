/**
 * `edno/client`: what a back office needs that speaks TypeScript or JavaScript: write an application and sign it, send it, wait
 * for its answer or follow it, verify what came, keep the evidence, and acknowledge it.
 */
export {
  AnswerNotVerified,
  type BackOffice,
  type BackOfficeSettings,
  backOffice,
  ExchangeRefused,
  type KeyPair,
  type VerifiedAnswer,
} from './back-office.ts'
export type { Application, Applicant, IdentifierType, Official } from '../model/application.ts'
export type { Format } from '../model/exchange.ts'
export type { ExchangeId, PartyId } from '../model/ids.ts'
export { exchangeId, partyId } from '../model/ids.ts'
export type { Answer } from '../message/read-answer.ts'
export { fileSealer } from '../signature/seal-xml.ts'
export { type ApplicationDraft, newApplication, sealApplication } from './compose.ts'
export { type Connection, NotFromEdno, type TravellingProblem } from './connect.ts'
export { type EvidenceClient, evidenceClient, NoAnswerYet } from './evidence.ts'
export type { FollowedEvent } from './follow.ts'
export { type EdnoClient, ednoClient, type Later, type PlanReply, type Reply } from './send.ts'
export { type Callback, type ReceivedCallback, verifyCallback } from './verify-callback.ts'
export { type Finding, type FindingCode, type HeldEvidence, type Verdict, verifyExchange } from './verify-exchange.ts'
