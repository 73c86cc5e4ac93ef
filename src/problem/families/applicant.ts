import type { Row } from './row.ts'

/** The person who applies must act. */
export const APPLICANT_PROBLEMS = {
  'applicant.signature-missing': {
    status: 422,
    retry: 'never',
    bg: 'Липсва документ, подписан от заявителя',
    en: 'There is no document signed by the applicant',
    doBg: 'Услугата изисква ApplicantDocument: XML, който заявителят е подписал с КЕП (XAdES-B-B, обгърнат), в base64.',
    doEn: 'The service requires ApplicantDocument: XML that the applicant signed with a КЕП (XAdES-B-B enveloped), base64.',
  },
  'applicant.signature-invalid': {
    status: 401,
    retry: 'never',
    bg: 'Подписът на заявителя не е верен или няма очакваната форма',
    en: "The applicant's signature does not hold or is not of the expected form",
    doBg: 'Изпратете документа байт по байт, както е подписан; формата е описана в docs/signatures.md.',
    doEn: 'Send the document byte by byte as it was signed; docs/signatures.md describes the form.',
  },
  'applicant.certificate-untrusted': {
    status: 401,
    retry: 'never',
    bg: 'Сертификатът на заявителя не е приет',
    en: "The applicant's certificate is not accepted",
    doBg: 'Нужен е валиден КЕП на физическо лице, по приета политика, издаден от доставчик, който операторът е вписал.',
    doEn: 'A КЕП in force of a person is needed, under an accepted policy, issued by an authority that the operator configured.',
  },
  'applicant.certificate-revoked': {
    status: 401,
    retry: 'never',
    bg: 'Сертификатът на заявителя е прекратен',
    en: "The applicant's certificate has been revoked",
    doBg: 'Заявителят трябва да подпише документа отново с валиден КЕП.',
    doEn: 'The applicant has to sign the document again with a КЕП in force.',
  },
  'applicant.revocation-unknown': {
    status: 503,
    retry: 'later',
    bg: 'Не може да се установи дали сертификатът на заявителя е прекратен',
    en: "It cannot be told whether the applicant's certificate has been revoked",
    doBg: 'Удостоверителят не отговаря; опитайте по-късно със същото заявление.',
    doEn: 'Its authority does not answer; try again later with the same application.',
  },
  'applicant.mismatch': {
    status: 422,
    retry: 'never',
    bg: 'Документът е подписан от друго лице, а не от заявителя',
    en: 'The document was signed by somebody other than the applicant',
    doBg: 'ЕГН в сертификата (PNOBG-…) трябва да е ЕГН в Applicant.',
    doEn: 'The ЕГН in the certificate (PNOBG-…) must be the one in Applicant.',
  },
} as const satisfies Record<string, Row>
