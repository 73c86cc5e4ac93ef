import type { EvidenceContent, HeldDocument, HeldSupplement, Signers } from './content.ts'
import {
  ACKNOWLEDGEMENT,
  agreementFile,
  certificateOf,
  CHECKPOINT,
  DECISION,
  entryFile,
  grantFile,
  HEAD_STAMP,
  LOG_PEM,
  proofFile,
  RECEIVED,
  registryAnswer,
  registrySalt,
  saltOf,
  STAMP_TOKEN,
  STAMPED,
  suffixOf,
  supplementCertificate,
  supplementFile,
  supplementSalt,
} from './layout.ts'
import { SOAP_TYPES } from '../model/media-types.ts'
import { SIGNATURES } from './container-file.ts'
import { revocationStep } from './revocation-step.ts'
import type { Step } from './step.ts'

/** Works in any POSIX shell, with openssl, sed, cut, tr, od and cmp. */
export const SHELL_FUNCTIONS = String.raw`
set -eu
xml() { xmlsec1 --verify --id-attr:Id http://uri.etsi.org/01903/v1.3.2#:SignedProperties --pubkey-cert-pem "$1" "$2"; }
soap() { sed '/[^[:space:]]/,$!d' "$2" | sed '1s/^[[:space:]]*//' > message; xmlsec1 --verify --id-attr:Id http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd:Timestamp --id-attr:Id http://schemas.xmlsoap.org/soap/envelope/:Body --id-attr:Id http://www.w3.org/2003/05/soap-envelope:Body --pubkey-cert-pem "$1" message; }
octets() { s=$(printf '%s' "$1" | tr '_-' '/+'); while [ $((${'$'}{#s} % 4)) -ne 0 ]; do s="$s="; done; printf '%s' "$s" | openssl base64 -d -A; }
member() { tr -d ' \n\r\t' < "$1" | sed "s/.*\"$2\":\"\([^\"]*\)\".*/\1/"; }
p1363() { h=$(od -An -tx1 -v signature | tr -d ' \n'); printf 'asn1=SEQUENCE:s\n[s]\nr=INTEGER:0x%s\ns=INTEGER:0x%s\n' "$(printf %s "$h" | cut -c1-64)" "$(printf %s "$h" | cut -c65-128)" > conf; openssl asn1parse -genconf conf -noout -out signature; }
jws() { printf '%s.%s' "$2" "$3" > signed; octets "$4" > signature; if [ "$(wc -c < signature)" -eq 64 ]; then p1363; fi; openssl x509 -in "$1" -noout -pubkey > key; openssl dgst -sha256 -verify key -signature signature signed; }
compact() { jws "$1" "$(cut -d. -f1 "$2")" "$(cut -d. -f2 "$2")" "$(cut -d. -f3 "$2" | tr -d '\n')"; }
flattened() { jws "$1" "$(member "$2" protected)" "$(member "$2" payload)" "$(member "$2" signature)"; }
sha() { openssl dgst -sha256 -binary; }
commitment() { openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(cat "$1")" -binary "$2" | openssl base64 -A | tr '/+' '_-' | tr -d '='; }
opens() { grep -q "\"$4\":\"$(commitment "$1" "$2")\"" "$3"; echo "$2: OK"; }
answered() { grep -q "\"$4\":\"$(commitment "$1" "$2")\"" "$3"; echo "$2: OK"; }
included() {
  i=$(sed -n 's/^index //p' "$2"); n=$(($(sed '1,/^$/d' "$2" | sed -n 2p) - 1))
  sed '1,/^$/d' "$2" | cmp - ${CHECKPOINT}
  { printf '\000'; cat "$1"; } | sha > hash
  for p in $(sed '/^$/,$d' "$2" | sed 1,2d); do
    printf '%s\n' "$p" | openssl base64 -d > sibling
    [ "$n" -gt 0 ]
    if [ $((i % 2)) -eq 1 ] || [ "$i" -eq "$n" ]; then
      { printf '\001'; cat sibling hash; } | sha > parent
      while [ $((i % 2)) -eq 0 ] && [ "$i" -ne 0 ]; do i=$((i / 2)); n=$((n / 2)); done
    else { printf '\001'; cat hash sibling; } | sha > parent; fi
    mv parent hash; i=$((i / 2)); n=$((n / 2))
  done
  [ "$n" -eq 0 ]; [ "$(openssl base64 < hash)" = "$(sed -n 3p ${CHECKPOINT})" ]; echo "$1: OK"
}`

/** The steps that these files allow, in their order. */
export const stepsOf = (content: EvidenceContent): readonly Step[] => [
  containerStep,
  ...signatureStep(content, 'application', {
    bg: 'Питано ли е: подписът на заявлението',
    en: 'Was it asked: the signature of the application',
  }),
  ...revocationStep(content, 'application'),
  ...signatureStep(content, 'answer', {
    bg: 'Отговорено ли е така: подписът на отговора',
    en: 'Was it answered so: the signature of the answer',
  }),
  ...revocationStep(content, 'answer'),
  ...logSteps(content),
  ...governanceStep(content),
  ...registryStep(content),
  ...supplementStep(content),
  ...acknowledgementStep(content),
  ...revocationStep(content, 'acknowledgement'),
  ...stampStep(content),
  ...revocationStep(content, 'answer-stamp'),
  ...revocationStep(content, 'checkpoint-stamp'),
]

const containerStep: Step = {
  bg: 'Контейнерът: подписът на edno покрива всеки файл',
  en: "The container: edno's signature covers every file",
  commands: `
sed -n 's/.*<ds:X509Certificate>\\([^<]*\\)<.*/\\1/p' ${SIGNATURES} | openssl base64 -d -A | openssl x509 -inform DER -out container.crt
openssl x509 -in container.crt -noout -subject -fingerprint -sha256
xml container.crt ${SIGNATURES}`,
}

const VERIFIERS: Readonly<Record<string, string>> = { xml: 'xml', jose: 'compact', 'jose.json': 'flattened' }

/** What clients of RegiX sign is Body and time stamp of a message. */
const isMessage = (mediaType: string): boolean => Object.values<string>(SOAP_TYPES).includes(mediaType)

const verifying = (certificate: string, path: string, { mediaType }: Pick<HeldDocument, 'mediaType'>): string =>
  `${isMessage(mediaType) ? 'soap' : (VERIFIERS[suffixOf(mediaType)] ?? 'xml')} ${certificate} ${path}`

const nameOf = (name: string, { mediaType }: HeldDocument): string => `${name}.${suffixOf(mediaType)}`

function signatureStep(
  content: EvidenceContent,
  name: 'application' | 'answer',
  words: Pick<Step, 'bg' | 'en'>,
): readonly Step[] {
  const held = content[name]
  if (held === undefined || content.signers[name] === undefined) return []
  const certificate = certificateOf(name)
  const print = `openssl x509 -in ${certificate} -noout -subject -fingerprint -sha256`
  return [{ ...words, commands: `${print}\n${verifying(certificate, nameOf(name, held), held)}` }]
}

/** The entry of an event, by its file. */
function entryOf({ entries }: EvidenceContent, event: string): string | undefined {
  const at = entries.findIndex((entry) => entry.event === event)
  return at < 0 ? undefined : entryFile(at + 1, event)
}

function logSteps(content: EvidenceContent): readonly Step[] {
  const { checkpoint, entries } = content
  if (checkpoint === undefined) return []
  const [origin = ''] = checkpoint.split('\n')
  const files = entries.map(({ event }, at) => entryFile(at + 1, event))
  const opening = (event: string, member: string, document: 'application' | 'answer'): string => {
    const entry = entryOf(content, event)
    const held = content[document]
    const what = document === 'application' ? 'request' : 'answer'
    if (entry === undefined || held === undefined || content.salts[what] === undefined) return ''
    return `opens ${saltOf(what)} ${nameOf(document, held)} ${entry} ${member}\n`
  }
  const commitments =
    opening('opened', 'requestCommit', 'application') +
    opening('answered', 'requestCommit', 'application') +
    opening('answered', 'answerCommit', 'answer')
  return [
    {
      bg: 'Дневникът: подписът на неговата контролна точка, и че записите стоят под нея',
      en: 'The log: the signature of its checkpoint, and that the entries stand under it',
      commands: `
sed '/^$/,$d' ${CHECKPOINT} > head
sed -n 's|^— ${origin} ||p' ${CHECKPOINT} | head -n 1 | openssl base64 -d -A | tail -c +5 > signature
openssl pkeyutl -verify -pubin -inkey ${LOG_PEM} -rawin -in head -sigfile signature
${files.map((path) => `included ${path} ${proofFile(path)}`).join('\n')}`,
    },
    ...(commitments === ''
      ? []
      : [
          {
            bg: 'Записите се отнасят точно до тези документи',
            en: 'The entries commit to exactly these documents',
            commands: commitments,
          },
        ]),
  ]
}

function governanceStep(content: EvidenceContent): readonly Step[] {
  const opened = entryOf(content, 'opened')
  const decision =
    content.decision === undefined || opened === undefined
      ? []
      : [`grep -q "\\"decision\\":\\"$(openssl dgst -sha256 -r ${DECISION} | cut -c1-64)\\"" ${opened}`]
  const agreements = content.agreements.map(
    ({ digest }) => `openssl dgst -sha256 -r ${agreementFile(digest)} | grep -q ^${digest}`,
  )
  const commands = [...decision, ...agreements, ...grantCommands(content)]
  if (commands.length === 0) return []
  return [
    {
      bg: 'На какво основание: записаното решение и споразуменията или разрешението, на които почива',
      en: 'On which basis: the recorded decision, and the agreements or the grant that it rests on',
      commands: commands.join('\n'),
    },
  ]
}

/** No command: what RegiX signed is `Data` under other declarations than those of the envelope in which it came. */
const OWN_SIGNATURE = {
  bg: 'Собствения подпис на регистъра, където има такъв, проверява edno verify --registry-authorities',
  en: "A registry's own signature, where there is one, is checked by edno verify --registry-authorities",
}

/** That the decision names just this grant; which the owner of a registry, who sees no decision, cannot look at. */
function grantCommands({ grant, decision }: EvidenceContent): readonly string[] {
  if (grant === undefined) return []
  const { digest } = grant
  const named = decision === undefined ? [] : [`grep -q '"digest":"${digest}"' ${DECISION}`]
  return [`openssl dgst -sha256 -r ${grantFile(digest)} | grep -q ^${digest}`, ...named]
}

function registryStep(content: EvidenceContent): readonly Step[] {
  const closing = entryOf(content, 'answered')
  const commands = content.registries.flatMap(({ call, answer, salt }) => {
    if (answer === undefined || salt === undefined || closing === undefined) return []
    const path = registryAnswer(call, suffixOf(answer.mediaType))
    const late = lateEntryOf(content, call)
    return [
      late === undefined
        ? `answered ${registrySalt(call)} ${path} ${RECEIVED} ${call}`
        : `opens ${registrySalt(call)} ${path} ${late} received`,
    ]
  })
  const { received } = content
  if (received === undefined || closing === undefined) return []
  const digest = `grep -q "\\"receivedDigest\\":\\"$(openssl dgst -sha256 -r ${RECEIVED} | cut -c1-64)\\"" ${closing}`
  return [
    {
      bg: `Отговорите на регистрите са тези, до които се отнася записът. ${OWN_SIGNATURE.bg}`,
      en: `The registries' answers are those that the entry commits to. ${OWN_SIGNATURE.en}`,
      commands: [digest, ...commands].join('\n'),
    },
  ]
}

/** The entry of what a call brought after the answer, by its file. */
function lateEntryOf({ entries }: EvidenceContent, call: string): string | undefined {
  const at = entries.findIndex(
    ({ event, bytes }) => event === 'late' && Buffer.from(bytes).includes(`"call":"${call}"`),
  )
  return at < 0 ? undefined : entryFile(at + 1, 'late')
}

/** By edno's seal of then, which may be another than when it answered. */
function signed({ call, signer }: HeldSupplement, { answer }: Signers): readonly string[] {
  if (signer !== undefined) return [supplementCertificate(call)]
  return answer === undefined ? [] : [certificateOf('answer')]
}

function supplementStep(content: EvidenceContent): readonly Step[] {
  const { supplements, signers } = content
  const commands = supplements.flatMap((held) => {
    const path = supplementFile(held.call, suffixOf(held.mediaType))
    const entry = lateEntryOf(content, held.call)
    return [
      ...signed(held, signers).map((certificate) => verifying(certificate, path, held)),
      ...(entry === undefined || held.salt === undefined
        ? []
        : [`opens ${supplementSalt(held.call)} ${path} ${entry} supplementCommit`]),
    ]
  })
  if (commands.length === 0) return []
  return [
    {
      bg: 'Допълненията към отговора',
      en: 'The supplements of the answer',
      commands: commands.join('\n'),
    },
  ]
}

function acknowledgementStep({ acknowledgement, answer, ...content }: EvidenceContent): readonly Step[] {
  if (acknowledgement === undefined) return []
  const entry = entryOf({ ...content, acknowledgement }, 'acknowledged')
  const commands = [
    `openssl x509 -in ${certificateOf('acknowledgement')} -noout -subject -fingerprint -sha256`,
    `compact ${certificateOf('acknowledgement')} ${ACKNOWLEDGEMENT}`,
    ...(answer === undefined
      ? []
      : [
          `octets "$(cut -d. -f2 ${ACKNOWLEDGEMENT})" | grep -q "\\"answer\\":\\"$(openssl dgst -sha256 -r ${nameOf('answer', answer)} | cut -c1-64)\\""`,
        ]),
    ...(entry === undefined
      ? []
      : [`grep -q "\\"acknowledgement\\":\\"$(openssl dgst -sha256 -r ${ACKNOWLEDGEMENT} | cut -c1-64)\\"" ${entry}`]),
  ]
  return [
    {
      bg: 'Стигнал ли е отговорът: потвърждението, подписано от потребителя, е за точно този отговор',
      en: "Did the answer reach the consumer: the consumer's signed acknowledgement is of exactly this answer",
      commands: commands.join('\n'),
    },
  ]
}

/** Whom to believe about the time is the reader's to say: the authority is not in here. */
function stampStep({ headStamp, stamp }: EvidenceContent): readonly Step[] {
  const tokens = [
    ...(headStamp === undefined ? [] : [{ token: HEAD_STAMP, over: 'head' }]),
    ...(stamp === undefined ? [] : [{ token: STAMP_TOKEN, over: STAMPED }]),
  ]
  if (tokens.length === 0) return []
  const [first] = tokens
  const verify = `openssl ts -verify -token_in -in ${first?.token ?? ''} -data ${first?.over ?? ''} -CAfile ...`
  return [
    {
      bg: `Не по-късно от кога: времевите печати. С вашия удостоверител: ${verify}`,
      en: `Not later than when: the time stamps. With the authority that you believe: ${verify}`,
      commands: tokens.map(({ token }) => `openssl ts -reply -token_in -in ${token} -text`).join('\n'),
    },
  ]
}
