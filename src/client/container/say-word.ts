import { fill } from '../../model/fill.ts'
import type { LocalisedText } from '../../model/localised.ts'
import type { AuthorityWord } from './verdict.ts'

/** As subject of a sentence that holds, and as its means in one that does not. */
const KINDS: Readonly<Record<AuthorityWord['kind'], Readonly<Record<'says' | 'shown', LocalisedText>>>> = {
  ocsp: {
    says: { bg: 'отговорът (OCSP)', en: 'the OCSP response' },
    shown: { bg: 'отговора (OCSP)', en: 'the OCSP response' },
  },
  crl: {
    says: { bg: 'списъкът на отменените (CRL)', en: 'the revocation list (CRL)' },
    shown: { bg: 'списъка на отменените (CRL)', en: 'the revocation list (CRL)' },
  },
}

const REASONS: Readonly<Record<NonNullable<AuthorityWord['why']>, LocalisedText>> = {
  revoked: { bg: 'отменен е бил преди това', en: 'it had been revoked before' },
  stale: {
    bg: 'не важи за онзи миг: по-стар е, или е отпосле',
    en: 'it does not hold for that moment: it is older, or from later',
  },
  'wrong-signer': { bg: 'не е подписано от издателя', en: 'it is not signed by the issuer' },
  'of-other-issuer': { bg: 'на друг издател е', en: 'it is of another issuer' },
  'other-certificate': { bg: 'за друг сертификат е', en: 'it is about another certificate' },
  'not-known': { bg: 'издателят не знае за него', en: 'the issuer does not know of it' },
  'partial-list': { bg: 'не обхваща този сертификат', en: 'it does not cover this certificate' },
  'responder-refused': { bg: 'издателят е отказал да каже', en: 'the issuer refused to say' },
  'not-readable': { bg: 'не може да се прочете', en: 'it cannot be read' },
  'wrong-nonce': { bg: 'отговаря на друг въпрос', en: 'it answers another question' },
  'no-address': { bg: 'няма го', en: 'it is not there' },
  'no-answer': { bg: 'няма го', en: 'it is not there' },
}

/** Puts what an authority said, when, or why that does not help, into a sentence. */
export function sayWord({ bg, en }: LocalisedText, { kind, by, at, why }: AuthorityWord): LocalisedText {
  const said = KINDS[kind]
  if (why === undefined) return { bg: fill(bg, said.says.bg, at ?? '?', by), en: fill(en, said.says.en, at ?? '?', by) }
  return { bg: fill(bg, said.shown.bg, by, REASONS[why].bg), en: fill(en, said.shown.en, by, REASONS[why].en) }
}
