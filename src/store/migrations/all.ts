import type { Migration } from 'kysely'
import { exchangeMigration } from './0001-exchange.ts'
import { logMigration } from './0002-log.ts'
import { ownerMigration } from './0003-owner.ts'
import { signatureDigestMigration } from './0004-signature-digest.ts'
import { agreementMigration } from './0005-agreement.ts'
import { quotaMigration } from './0006-quota.ts'
import { caseMigration } from './0007-case.ts'
import { decisionMigration } from './0008-decision.ts'
import { registryMigration } from './0009-registry.ts'
import { deferralMigration } from './0010-deferral.ts'
import { laterMigration } from './0011-later.ts'
import { logRulesMigration } from './0012-log-rules.ts'
import { fairnessMigration } from './0013-fairness.ts'
import { emptiedMigration } from './0014-emptied.ts'
import { logPromiseMigration } from './0015-log-promise.ts'
import { headsMigration } from './0016-heads.ts'
import { evidenceMigration } from './0017-evidence.ts'
import { auditMigration } from './0018-audit.ts'
import { personsMigration } from './0019-persons.ts'
import { portalMigration } from './0020-portal.ts'
import { driftMigration } from './0022-drift.ts'
import { revocationProofMigration } from './0024-revocation-proof.ts'
import { promisedAnswerMigration } from './0026-promised-answer.ts'
import { pushedAnswerMigration } from './0028-pushed-answer.ts'
import { officialKindMigration } from './0029-official-kind.ts'
import { certificateWordMigration } from './0032-certificate-word.ts'
import { logEntryExchangeMigration } from './0033-log-entry-exchange.ts'
import { usageTimesMigration } from './0035-usage-times.ts'
import { registrySlotsMigration } from './0036-registry-slots.ts'
import { grantDocumentMigration } from './0037-grant-document.ts'

/** Name → migration; run in the order of the names, never renamed or changed once released. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-exchange': exchangeMigration,
  '0002-log': logMigration,
  '0003-owner': ownerMigration,
  '0004-signature-digest': signatureDigestMigration,
  '0005-agreement': agreementMigration,
  '0006-quota': quotaMigration,
  '0007-case': caseMigration,
  '0008-decision': decisionMigration,
  '0009-registry': registryMigration,
  '0010-deferral': deferralMigration,
  '0011-later': laterMigration,
  '0012-log-rules': logRulesMigration,
  '0013-fairness': fairnessMigration,
  '0014-emptied': emptiedMigration,
  '0015-log-promise': logPromiseMigration,
  '0016-heads': headsMigration,
  '0017-evidence': evidenceMigration,
  '0018-audit': auditMigration,
  '0019-persons': personsMigration,
  '0020-portal': portalMigration,
  '0022-drift': driftMigration,
  '0024-revocation-proof': revocationProofMigration,
  '0026-promised-answer': promisedAnswerMigration,
  '0028-pushed-answer': pushedAnswerMigration,
  '0029-official-kind': officialKindMigration,
  '0032-certificate-word': certificateWordMigration,
  '0033-log-entry-exchange': logEntryExchangeMigration,
  '0035-usage-times': usageTimesMigration,
  '0036-registry-slots': registrySlotsMigration,
  '0037-grant-document': grantDocumentMigration,
}
