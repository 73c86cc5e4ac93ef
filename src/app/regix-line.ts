import type { Catalogue } from '../catalogue/entries.ts'
import type { Config } from '../config/config.ts'
import type { AskedThrough, VerifiedSignature, WrittenAnswer } from '../exchange/ports.ts'
import { writeAnswer } from '../message/write-answer.ts'
import type { AskedApplication } from '../model/application.ts'
import type { AssembledAnswer, ReceivedRequest, SignedContent } from '../model/exchange.ts'
import { SOAP_TYPES } from '../model/media-types.ts'
import type { Channel, RegixForm } from '../model/regix.ts'
import type { Logger } from '../ops/logger.ts'
import { spkiSha256 } from '../pki/spki.ts'
import type { RegixAccess } from '../policy/governance.ts'
import { BrokerError } from '../problem/broker-error.ts'
import { judgeContext } from '../regix-door/judge-context.ts'
import { compositeNamed, type OperationTable, unanswered } from '../regix-door/operation-table.ts'
import { readArgument } from '../regix-door/read-argument.ts'
import { readComposite } from '../regix-door/read-composite.ts'
import { type Envelope, readEnvelope } from '../regix-door/read-envelope.ts'
import { type Question, readQuestion, writeArgument } from '../regix-door/read-question.ts'
import { writeRegixAnswer } from '../regix-door/write-answer.ts'
import { verifySoapSignature } from '../signature/verify-soap-signature.ts'
import type { Certificates } from './certificates.ts'
import type { Rules } from './rules.ts'

interface Needs {
  readonly rules: Rules
  readonly certificates: Certificates
  readonly config: Config
  readonly logger: Logger
  readonly table: OperationTable
}

/** Nothing is signed: the party of the connection asks, with the key of its certificate. */
export function provenByChannel(
  { bytes, channel, connection }: ReceivedRequest,
  { certificates }: Pick<Needs, 'certificates'>,
): VerifiedSignature {
  const certificate = channel?.certificate ?? ''
  const registered = certificates.directories.connections.find(certificate)
  if (registered?.party !== connection)
    throw new BrokerError('access.unknown-party', 'the client certificate is not registered')
  return {
    content: bytes as SignedContent,
    signer: { party: connection, certificate, key: spkiSha256(registered.key) },
  }
}

/** The Body is signed by a seal of the party; its connection is proven as well. */
export function provenByMessage(
  { bytes, receivedAt, connection }: ReceivedRequest,
  { certificates, config }: Pick<Needs, 'certificates' | 'config'>,
): VerifiedSignature {
  const { seals } = certificates.directories
  const certificate = verifySoapSignature(bytes, {
    keyOf: (sha256) => seals.find(sha256)?.key,
    timely: { at: receivedAt, window: config.timeWindow },
    maxBytes: config.http.bodyLimitBytes,
  })
  const registered = seals.find(certificate)
  if (registered === undefined)
    throw new BrokerError('signature.certificate-unknown', 'the certificate is not registered')
  // The number of the question is that of the connection's party: nobody asks here for others.
  if (registered.party !== connection)
    throw new BrokerError('signature.party-mismatch', 'the connection belongs to another party than the signature')
  return {
    content: bytes as SignedContent,
    signer: { party: registered.party, certificate, key: spkiSha256(registered.key) },
  }
}

interface Asked {
  readonly access: RegixAccess
  readonly channel: Channel
  readonly question: Question
  readonly envelope: Envelope
}

/**
 * A question of RegiX as the line takes it. Refuses with `regix.*` and `access.legal-basis`; the caller is known by then, so
 * that each refusal is an entry of the exchange log.
 */
export function readRegixApplication(
  content: SignedContent,
  { consumer, channel }: AskedThrough,
  has: Needs,
): AskedApplication {
  if (channel === undefined) throw new BrokerError('broker.internal', 'a question of RegiX without its channel')
  const access = has.rules.governance.parties.get(consumer)?.regix
  if (access === undefined) throw new BrokerError('regix.closed', `the file of ${consumer} has no regix`)
  const envelope = readEnvelope({
    ...channel,
    bytes: content,
    maxBytes: has.config.http.bodyLimitBytes,
    actions: [],
  })
  const question = readQuestion(envelope.body, channel)
  const asked = { access, channel, question, envelope }
  const wanted = contentAsked(asked, has)
  const grounds = judgeContext(question.context, access, {
    legalBases: has.rules.governance.legalBases,
    callId: channel.callId,
  })
  tell(asked, grounds.assumed, has)
  return {
    ...wanted,
    case: grounds.case,
    legalBasis: grounds.legalBasis,
    official: question.context.official,
    regix: formOf(asked, wanted.applicant !== undefined),
  }
}

type Content = Pick<AskedApplication, 'service' | 'applicant' | 'applicantDocument' | 'body'>

/** Which service is asked, with what: a single operation, or one of edno's own. */
function contentAsked(asked: Asked, has: Needs): Content {
  const { operation, argument } = asked.question
  const { catalogue } = has.rules
  const composite = compositeNamed(operation)
  if (composite !== undefined) return { service: versioned(composite, catalogue), ...readComposite(argument) }
  const entry = catalogue.regix.get(operation)
  if (entry === undefined) throw withoutEntry(operation, has)
  const service = entry.service && catalogue.services.get(entry.service)?.definition
  if (service === undefined)
    throw new BrokerError('regix.checks-only', `${entry.operation} is disclosed as a check only`)
  const lenient = asked.access.lenientNamespaces === true
  const { input, bent } = readArgument(argument, { map: entry.map, input: entry.input, lenient })
  if (bent) has.logger.warn('an argument of RegiX was read in another namespace', noted(asked))
  return { service: { id: service.id, version: service.version }, body: input }
}

/** What is connected, and cannot be asked only because its adapter is refused, is there again when that is mended. */
const withoutEntry = (operation: string, { rules, table }: Needs): BrokerError =>
  rules.catalogue.leftOut.regix?.has(operation) === true
    ? new BrokerError('provider.unavailable', 'the adapter that asks this is refused')
    : unanswered(operation, table)

/** The newest where no version is named. Single questions have the names that RegiX gave them. */
function versioned(
  { id, version }: { readonly id: string; readonly version?: number },
  { services }: Catalogue,
): AskedApplication['service'] {
  const versions = [...services.values()]
    .map(({ definition }) => definition)
    .filter((service) => service.id === id && service.single !== true)
    .map((service) => service.version)
  const found = version ?? Math.max(0, ...versions)
  if (!versions.includes(found))
    throw new BrokerError('regix.operation-unknown', 'no service of edno has this name and version')
  return { id, version: found }
}

const noted = ({ channel }: Asked) => ({ exchangeId: channel.exchangeId })

/** What a client leaves out or writes where nobody reads it is not passed over in silence. */
function tell(asked: Asked, assumed: readonly string[], { logger }: Needs): void {
  if (assumed.length > 0) logger.warn(`a question of RegiX has no usable ${assumed.join(', ')}`, noted(asked))
  const { ignored } = asked.question
  if (ignored.length > 0)
    logger.warn(`a question of RegiX has ${ignored.join(', ')} in another namespace`, noted(asked))
}

function formOf({ access, channel, question, envelope }: Asked, composite: boolean): RegixForm {
  const { entry, soap, callId } = channel
  const { operation, argument, asynchronous, signResult, returnAccessMatrix } = question
  return {
    ...{ entry, soap, callId, operation, asynchronous, signResult, returnAccessMatrix },
    argument: writeArgument(argument, entry),
    ...(composite ? { composite } : {}),
    ...(access.withoutCallId === true && entry === 'v1' ? { withoutCallId: true } : {}),
    ...(envelope.addressed === undefined ? {} : { addressed: envelope.addressed }),
  }
}

/** In the form of its question. */
export function writeRegix(answer: AssembledAnswer, { regix }: Catalogue): WrittenAnswer {
  const { text, refused } = writeRegixAnswer(answer, {
    mapOf: (operation) => [...regix.values()].find((entry) => entry.operation === operation),
    writeComposite: writeAnswer,
  })
  return { canonical: text, mediaType: SOAP_TYPES[answer.regix?.soap ?? '1.1'], ...(refused ? { refused } : {}) }
}
