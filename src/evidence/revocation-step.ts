import type { EvidenceContent, HeldProof } from './content.ts'
import { certificateOf, revocationIssuer, revocationProof, type RevocationSubject } from './layout.ts'
import type { Step } from './step.ts'

/** edno asks for so long at most before it takes the application; of its own seal and of who stamps, about as long afterwards. */
const ASKED_FOR_SECONDS = 5

type Words = Pick<Step, 'bg' | 'en'>

/** Was the certificate revoked when …: */
const WHEN: Readonly<Record<RevocationSubject, (when: string) => Words>> = {
  application: (when) => ({
    bg: `Отменен ли е бил сертификатът, когато edno е получил заявлението (${when})`,
    en: `Was the certificate revoked when edno received the application (${when})`,
  }),
  answer: (when) => ({
    bg: `Отменен ли е бил сертификатът на edno, когато е отговорил (${when})`,
    en: `Was the certificate of edno revoked when it answered (${when})`,
  }),
  acknowledgement: (when) => ({
    bg: `Отменен ли е бил сертификатът, с който е потвърдено, когато edno е получил потвърждението (${when})`,
    en: `Was the certificate that acknowledged revoked when edno received the acknowledgement (${when})`,
  }),
  'answer-stamp': (when) => ({
    bg: `Отменен ли е бил сертификатът на този, който е поставил времеви печат на отговора (${when})`,
    en: `Was the certificate of who time-stamped the answer revoked then (${when})`,
  }),
  'checkpoint-stamp': (when) => ({
    bg: `Отменен ли е бил сертификатът на този, който е поставил времеви печат на контролната точка (${when})`,
    en: `Was the certificate of who time-stamped the checkpoint revoked then (${when})`,
  }),
}

/** What the authorities said then, judged as of then. openssl judges the dates of a response as of now: they are for the reader. */
export function revocationStep({ revocation, signers }: EvidenceContent, subject: RevocationSubject): readonly Step[] {
  const held = revocation[subject]
  if (held === undefined || signers[subject] === undefined) return []
  const at = Math.ceil(held.at.getTime() / 1000) + ASKED_FOR_SECONDS
  const { bg, en } = WHEN[subject](held.at.toISOString())
  const commands = held.proofs.map(({ kind }, index) => {
    const of = index === 0 ? certificateOf(subject) : revocationIssuer(subject, index)
    const [issuer, proof] = [revocationIssuer(subject, index + 1), revocationProof(subject, index + 1, kind)]
    return NOT_REVOKED[kind]({ of, issuer, proof, at })
  })
  return [
    {
      bg: `${bg}: думите на издателя му от тогава. This Update на отговор (OCSP) трябва да е преди този миг или до пет минути след него, Next Update след него; „Status times invalid" казва само, че днес е по-късно`,
      en: `${en}: what its issuer said then. This Update of a response (OCSP) must lie before that moment or within five minutes after it, Next Update after it; "Status times invalid" only says that it is later today`,
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
