import type { AgreementAct } from '../model/agreement.ts'
import { canonicalJson } from '../schema/canonical-json.ts'
import { sealJws } from './seal-jws.ts'
import { fileSealer } from './seal-xml.ts'
import { ACT_TYPE } from './verify-act.ts'

/** PEM texts. */
export interface ActKeys {
  readonly keyPem: string
  readonly certificatePem: string
}

/** JWS compact over the act's canonical JSON, for a party's own software. Refuses with `broker.signing` a key that does not fit. */
export const signAct = (act: AgreementAct, { keyPem, certificatePem }: ActKeys): string =>
  Buffer.from(
    sealJws(canonicalJson(act), fileSealer(certificatePem, keyPem), {
      format: 'jws',
      type: ACT_TYPE,
      at: new Date(act.at),
    }),
  ).toString('latin1')
