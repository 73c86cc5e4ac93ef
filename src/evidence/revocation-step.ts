import type { EvidenceContent, HeldProof } from './content.ts'
import { certificateOf, revocationIssuer, revocationProof } from './layout.ts'
import type { Step } from './step.ts'

/** edno asks for so long at most before it takes the application. */
const ASKED_FOR_SECONDS = 5

/** What the authorities said then, judged as of then. openssl judges the dates of a response as of now: they are for the reader. */
export function revocationStep({ revocation, signers }: EvidenceContent): readonly Step[] {
  if (revocation === undefined || signers.application === undefined) return []
  const at = Math.ceil(revocation.at.getTime() / 1000) + ASKED_FOR_SECONDS
  const when = revocation.at.toISOString()
  const commands = revocation.proofs.map(({ kind }, index) => {
    const of = index === 0 ? certificateOf('application') : revocationIssuer(index)
    return NOT_REVOKED[kind]({ of, issuer: revocationIssuer(index + 1), proof: revocationProof(index + 1, kind), at })
  })
  return [
    {
      bg: `Отменен ли е бил сертификатът, когато edno е получил заявлението (${when}): думите на издателя му от тогава. This Update на отговор (OCSP) трябва да е преди този миг или до пет минути след него, Next Update след него; „Status times invalid" казва само, че днес е по-късно`,
      en: `Was the certificate revoked when edno received the application (${when}): what its issuer said then. This Update of a response (OCSP) must lie before that moment or within five minutes after it, Next Update after it; "Status times invalid" only says that it is later today`,
      commands: commands.join('\n'),
    },
  ]
}

interface Judged {
  readonly of: string
  readonly issuer: string
  readonly proof: string
  readonly at: number
}

const NOT_REVOKED: Readonly<Record<HeldProof['kind'], (judged: Judged) => string>> = {
  ocsp: ({ of, issuer, proof, at }) =>
    [
      `openssl ocsp -respin ${proof} -issuer ${issuer} -cert ${of} -no_nonce -CAfile ${issuer} -partial_chain -attime ${at} > told`,
      `cat told; grep -q '^${of}: good' told`,
    ].join('\n'),
  crl: ({ of, issuer, proof, at }) =>
    [
      `openssl crl -inform DER -in ${proof} -out list.pem`,
      `openssl verify -partial_chain -CAfile ${issuer} -crl_check -CRLfile list.pem -attime ${at} ${of}`,
    ].join('\n'),
}
