import { writeApplication, writeJsonApplication } from '../message/write-application.ts'
import type { Application } from '../model/application.ts'
import type { SignedFormat } from '../model/exchange.ts'
import { exchangeId } from '../model/ids.ts'
import { sealJws } from '../signature/seal-jws.ts'
import { type Sealer, sealCanonicalXml } from '../signature/seal-xml.ts'
import { APPLICATION_TYPE } from '../signature/verify-jws.ts'
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
export function sealApplication(application: Application, sealer: Sealer, format: SignedFormat = 'xml'): Uint8Array {
  if (format === 'xml') return sealCanonicalXml(writeApplication(application), sealer)
  const at = new Date(application.issuedAt)
  return sealJws(writeJsonApplication(application), sealer, { format, type: APPLICATION_TYPE, at })
}
