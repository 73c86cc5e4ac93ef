import type { Kysely } from 'kysely'
import type { AgreementActTable } from './agreement-act.ts'
import type { AgreementTable } from './agreement.ts'
import type { AuditReadTable } from './audit-read.ts'
import type { AttemptTable } from './attempt.ts'
import type { CallTable } from './call.ts'
import type { CallbackRefusedTable, CallbackTable } from './callback.ts'
import type { CaseFileTable } from './case-file.ts'
import type { CertificateWordTable } from './certificate-word.ts'
import type { CorrectionStepTable, CorrectionTable } from './correction.ts'
import type { DecisionTable } from './decision.ts'
import type { EvidenceSignatureTable } from './evidence.ts'
import type { ExchangeKindTable } from './exchange-kind.ts'
import type { ExchangeTable } from './exchange.ts'
import type { IncidentTable } from './incident.ts'
import type { LogCheckpointTable } from './log-checkpoint.ts'
import type { LogEntryTable } from './log-entry.ts'
import type { LogCosignatureTable, LogDutyTable, LogStampTable } from './log-heads.ts'
import type { LogPromiseTable } from './log-promise.ts'
import type { LogTileTable } from './log-tile.ts'
import type { PayloadTable } from './payload.ts'
import type { PersonMarkTable } from './person-mark.ts'
import type { PortalSubscriptionTable } from './portal-subscription.ts'
import type { PromisedAnswerTable } from './promised-answer.ts'
import type { QueuedCallTable } from './queued-call.ts'
import type { QuotaUseTable } from './quota-use.ts'
import type { ExchangeRevocationProofTable, RevocationProofTable } from './revocation-proof.ts'
import type { SupplementTable } from './supplement.ts'

export interface Tables {
  readonly exchange: ExchangeTable
  readonly exchange_kind: ExchangeKindTable
  readonly payload: PayloadTable
  readonly person_mark: PersonMarkTable
  readonly portal_subscription: PortalSubscriptionTable
  readonly call: CallTable
  readonly promised_answer: PromisedAnswerTable
  readonly attempt: AttemptTable
  readonly quota_use: QuotaUseTable
  readonly queued_call: QueuedCallTable
  readonly incident: IncidentTable
  readonly supplement: SupplementTable
  readonly callback: CallbackTable
  readonly callback_refused: CallbackRefusedTable
  readonly case_file: CaseFileTable
  readonly certificate_word: CertificateWordTable
  readonly decision: DecisionTable
  readonly agreement: AgreementTable
  readonly agreement_act: AgreementActTable
  readonly evidence_signature: EvidenceSignatureTable
  readonly revocation_proof: RevocationProofTable
  readonly exchange_revocation_proof: ExchangeRevocationProofTable
  readonly log_entry: LogEntryTable
  readonly log_promise: LogPromiseTable
  readonly log_tile: LogTileTable
  readonly log_checkpoint: LogCheckpointTable
  readonly log_cosignature: LogCosignatureTable
  readonly log_stamp: LogStampTable
  readonly log_duty: LogDutyTable
  readonly audit_read: AuditReadTable
  readonly correction: CorrectionTable
  readonly correction_step: CorrectionStepTable
}

/** The pool or a running transaction: every repository function takes either. */
export type Executor = Kysely<Tables>
