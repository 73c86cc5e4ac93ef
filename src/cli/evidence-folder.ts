import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Receipt } from '../exchange-log/receipt.ts'
import { formOf } from '../client/form-of.ts'
import { DOCUMENTS, documentFile } from './document-files.ts'
import { EVIDENCE } from './held-evidence.ts'
import type { PartyKeys } from './compose.ts'

export interface KeptEvidence {
  readonly application: Uint8Array
  readonly answer: Uint8Array
  readonly receipt?: Receipt
  readonly keys: PartyKeys
  /** The log's vkey. */
  readonly logKey: string
}

/** Writes what `edno verify` reads: documents, receipt, certificates, the log's key. */
export function writeEvidence(folder: string, kept: KeptEvidence): void {
  mkdirSync(folder, { recursive: true })
  const { receipt, keys } = kept
  const files: Record<string, string | Uint8Array> = {
    [documentFile('application', formOf(kept.application))]: kept.application,
    [documentFile('answer', formOf(kept.answer))]: kept.answer,
    [EVIDENCE.consumer]: keys.seal.certificate,
    [EVIDENCE.broker]: keys.brokerCertificate,
    [EVIDENCE.authority]: keys.ca,
    [EVIDENCE.logKey]: `${kept.logKey}\n`,
    ...(receipt === undefined
      ? {}
      : {
          [EVIDENCE.proof]: receipt.proof,
          [EVIDENCE.entry]: Buffer.from(receipt.entry, 'base64url'),
          [EVIDENCE.salts]: JSON.stringify(receipt.salts),
        }),
  }
  // A folder that is used again must not keep documents of another format beside these.
  for (const name of DOCUMENTS) rmSync(join(folder, name), { force: true })
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
}

/** Of an exchange that still runs: what is sent again for its answer. @returns its file. */
export function keepApplication(folder: string, application: Uint8Array): string {
  mkdirSync(folder, { recursive: true })
  for (const name of DOCUMENTS) rmSync(join(folder, name), { force: true })
  const file = join(folder, documentFile('application', formOf(application)))
  writeFileSync(file, application)
  return file
}
