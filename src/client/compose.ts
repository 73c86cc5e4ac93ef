import { writeApplication } from '../message/write-application.ts'
import type { Application } from '../model/application.ts'
import { exchangeId } from '../model/ids.ts'
import { type Sealer, sealCanonicalXml } from '../signature/seal-xml.ts'
import { uuidV7 } from './uuid-v7.ts'

/** What a back office knows of an application; edno's client adds the id and the time. */
export type ApplicationDraft = Omit<Application, 'exchangeId' | 'issuedAt'>

/** A fresh application: UUIDv7 and time of issue from `now`. */
export const newApplication = (draft: ApplicationDraft, now: Date): Application => ({
  ...draft,
  exchangeId: exchangeId(uuidV7(now.getTime())),
  issuedAt: now.toISOString(),
})

/** The signed bytes to send. */
export const sealApplication = (application: Application, sealer: Sealer): Uint8Array =>
  sealCanonicalXml(writeApplication(application), sealer)
