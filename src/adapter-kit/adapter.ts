import type { LaterAnswer, LaterHandler } from './later-answer.ts'

/**
 * The whole contract between edno and a registry owner. Adapters import the kit and nothing else of edno.
 *
 * edno judges input and evidence by the operation's schemas, applies the subject rule, retries, limits, discloses,
 * logs and signs. The adapter translates, asks, translates back, and throws an `AdapterFault` or nothing.
 */
export const ADAPTER_API = 1

/** A text for people in both languages. */
export interface LocalisedText {
  readonly bg: string
  readonly en: string
}

/**
 * Whose data an answer is, and what edno does when it is another's.
 * `answer`: dotted path (arrays are transparent) of the identifier in the evidence.
 * `echo`: the adapter returns, in `Finding.echo`, the identifier the registry says it answered about.
 */
export interface SubjectRule {
  /** Input field that names the subject. */
  readonly input: string
  readonly answer?: string
  readonly echo?: boolean
  /** `refuse`: the call fails with `provider.other-subject`. `drop`: the innermost non-matching items are removed. */
  readonly mismatch: 'refuse' | 'drop'
}

/**
 * In place of a rule: the question is about nobody and nothing, as one for the codes that a registry uses. It asks with listed
 * words and dates alone, its evidence names no person, firm, or thing, and whatever looks like a person's number fails it.
 */
export type NoSubject = 'none'

/** One question that can be put to a registry, as `adapter.json` states it (schemas/adapter-manifest.v1.schema.json). */
export interface OperationManifest {
  /** `valid-person`: lower case, with hyphens. */
  readonly id: string
  /** From 1; an operation that asks or answers otherwise is another version beside it. */
  readonly version: number
  readonly title: LocalisedText
  /** Folder of the operation beside the manifest: `input.schema.json`, `evidence.schema.json`, `examples/`, and the map of its transport. */
  readonly folder: string
  /** Only idempotent operations are asked again, after a fault `unavailable` or `busy`. */
  readonly idempotent: boolean
  /** Milliseconds that one attempt may take; then its signal aborts. */
  readonly timeoutMs: number
  /** Questions of this operation at once, of one process, within the registry's `limits.concurrency`. */
  readonly maxConcurrent: number
  /** An answer of more bytes is refused before it is read; 262144 where absent. */
  readonly maxAnswerBytes?: number
  readonly subject: SubjectRule | NoSubject
  /** The registry tells more than the evidence holds: of its answer as it came edno keeps the commitment alone. */
  readonly keepAnswer?: 'commitment'
  /** Nothing of its answers leaves, whatever anybody agrees to: the checks of services read them, and nothing else does. */
  readonly disclosure?: 'checks-only'
  /** Where it differs from the manifest's. */
  readonly transport?: Transport
  /** True where no published interface exists and the operation is invented for the demonstration. */
  readonly synthetic?: boolean
}

/** What stands on the wire: RegiX V2 over SOAP 1.1, JSON over HTTPS, another SOAP 1.1 service, or a view of a PostgreSQL. */
export type Transport = 'regix-v2' | 'rest' | 'soap' | 'sql'

/** `adapter.json`: whose registry it is, how it is reached, what it can be asked (schemas/adapter-manifest.v1.schema.json). */
export interface AdapterManifest {
  readonly adapterApi: typeof ADAPTER_API
  /** Also the name of the folder, and the registry part of its operations. */
  readonly id: string
  /** The party that owns the registry. */
  readonly provider: { readonly id: string; readonly name: LocalisedText }
  readonly registry: { readonly name: LocalisedText }
  readonly transport: Transport
  readonly limits?: RegistryLimits
  /** `worker`: the adapter runs in a thread of its own, which ends where it takes more than `memoryMb`. */
  readonly isolation?: 'worker'
  /** Megabytes of that thread; 128 where absent. */
  readonly memoryMb?: number
  readonly operations: readonly OperationManifest[]
}

/** How much the owner of a registry lets edno ask; the operator may say it anew, member by member. */
export interface RegistryLimits {
  /** Questions at once, over all operations, of all processes of edno together. */
  readonly concurrency?: number
  /** Questions a second and a minute, of all processes of edno together: token buckets of that size. */
  readonly perSecond?: number
  readonly perMinute?: number
  /** How often a question of an idempotent operation is put at most, the first time included; 3 where absent. */
  readonly attempts?: number
  /** When nothing is asked. */
  readonly plannedDowntime?: readonly PlannedDowntime[]
}

/** `from` up to, and without, `to`: ISO instants with their zone. */
export interface PlannedDowntime {
  readonly from: string
  readonly to: string
  readonly reason: string
}

/** Where the registry is, and how edno proves itself to it; from the operator's configuration. */
export interface RegistryEndpoint {
  /** `https://…`; of a database `postgres://role@host:port/name`, or `postgres://role@/name?host=/folder/of/its/socket`. */
  readonly url: string
  /** PEM texts; empty where the registry is a database on this machine, and nothing between is encrypted. */
  readonly ca: string
  readonly certificate: string
  readonly key: string
  /** Of the database role, where its certificate is not enough. */
  readonly password?: string
  /** RegiX's first entry point is spoken to in place of the second. */
  readonly entryPoint?: 'v1'
}

/** Facts about the exchange that a registry is told (RegiX's CallContext). */
export interface CallContext {
  /** UUID of the exchange, made by the consumer. */
  readonly exchangeId: string
  /** Name of the call within the exchange: `driver`, or `managers.0` for one item of a list. */
  readonly call: string
  /** Who asks: its id and name, and its number in the tree of administrations (ASN.1 OID) where it has one. */
  readonly consumer: { readonly id: string; readonly name: string; readonly oid: string | undefined }
  /** For which service: `taxi-permit@1`, and its title in Bulgarian. */
  readonly service: { readonly id: string; readonly title: string }
  /** The consumer's own number of the file. */
  readonly case: string
  /** The law it rests on, in Bulgarian. */
  readonly legalBasis: string
  /** Who asks there. Personal data: for the registry, never for a log. */
  readonly official: { readonly identifier: string; readonly names: string; readonly position: string }
  /** Data minimisation: fetch and return no more than these dotted evidence paths (arrays are transparent). */
  readonly fields: readonly string[]
  /** Aborts when the time of this attempt is over, or the exchange is taken back: end at once. */
  readonly signal: AbortSignal
  /**
   * Present where the operator knows who signs this registry's answers: the answer as it came → what of it was signed, to be read
   * instead. `namespace`: of `Data`, where it is not that of RegiX V2. Throws an `AdapterFault` of kind `bad-signature`.
   */
  readonly verifyAnswer?: (raw: Uint8Array, namespace?: string) => Uint8Array
  /** Present where edno can wait for an answer that comes later. */
  readonly later?: LaterAnswer
  /** Operational log; takes facts without personal data only. */
  readonly log: {
    /** What is as it should be. */
    info(message: string, facts?: Record<string, string | number>): void
    /** What somebody should look at. */
    warn(message: string, facts?: Record<string, string | number>): void
  }
}

/** A registry's answer as it came over the wire, for the evidence of the exchange: edno keeps it sealed, or its digest only. */
export interface ReceivedAnswer {
  /** Lower case, without parameters. */
  readonly mediaType: string
  /** The octets as they came. */
  readonly body: Uint8Array
}

/**
 * What a registry answered; "no record" is an answer, not an error. `evidence` has the members of `evidence.schema.json`, no more
 * than `CallContext.fields` asks for.
 */
export type Finding<Evidence = unknown> =
  | {
      readonly status: 'found'
      readonly evidence: Evidence
      /** ISO date, or instant with its zone, that the evidence speaks of. */
      readonly asOf: string
      /** At most 100 letters, digits, `.`, `_`, `:`, `/` and `-` of ASCII; never free text. */
      readonly sourceReference: string
      readonly signedByRegistry: boolean
      /** The identifier the registry says it answered about, where the subject rule is `echo`. */
      readonly echo?: string
      readonly received?: ReceivedAnswer
    }
  | {
      readonly status: 'not-found'
      readonly asOf: string
      readonly sourceReference: string
      readonly signedByRegistry: boolean
      readonly echo?: string
      readonly received?: ReceivedAnswer
    }

/**
 * Why there is no answer. `unavailable`: it cannot be reached, or fails; `busy`: it answers, but takes no more questions now, and
 * perhaps says when it will; `pending`: it has promised its answer (`CallContext.later`) and has none yet; `timeout`: not in time;
 * `refused`: it will not tell; `bad-answer`: not what was agreed; `bad-signature`: not signed by whom the operator knows. Only
 * `unavailable` and `busy` are worth asking again.
 */
export type AdapterFaultKind =
  | 'unavailable'
  | 'busy'
  | 'pending'
  | 'timeout'
  | 'refused'
  | 'bad-answer'
  | 'bad-signature'

const FAULT: unique symbol = Symbol.for('edno.adapter-fault')

/** The only thing an adapter throws. The message holds no personal data. Branded, so that copies of the kit agree. */
export class AdapterFault extends Error {
  /** `AdapterFault`. */
  override readonly name = 'AdapterFault'
  /** @internal */
  readonly [FAULT] = true
  /** What went wrong; it decides whether edno asks again. */
  readonly kind: AdapterFaultKind
  /** Milliseconds before which the registry wants no further question. */
  readonly retryAfterMs?: number
  /**
   * Of a `bad-answer`: where the answer is not as agreed, in names of the adapter's own schemas and maps and never of the answer.
   * edno shows it to the owner of the registry (`edno registry status`); what is not plain ASCII without long numbers it shows as `?`.
   */
  readonly at?: string

  constructor(
    kind: AdapterFaultKind,
    message: string,
    options?: {
      readonly cause?: unknown
      readonly retryAfterMs?: number | undefined
      readonly at?: string | undefined
    },
  ) {
    super(message, options)
    this.kind = kind
    if (options?.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs
    if (options?.at !== undefined) this.at = options.at
  }

  /** Also true of one that another copy of the kit made. */
  static is(error: unknown): error is AdapterFault {
    return error instanceof Error && FAULT in error
  }
}

/** The question: fields of `input.schema.json`, each a text; edno has judged it by that schema. */
export type OperationInput = Readonly<Record<string, string>>

/** Asks the registry once. Throws an `AdapterFault` and nothing else; what else it throws counts as a defect of the adapter. */
export interface OperationHandler {
  (input: OperationInput, context: CallContext): Promise<Finding>
  /** Where the registry answers later. */
  readonly later?: LaterHandler
}

/** An adapter in use. Disposed, it closes its connections and leaves nothing behind. */
export interface OpenAdapter extends AsyncDisposable {
  /** Keyed by `id@version`. */
  readonly operations: Readonly<Record<string, OperationHandler>>
}

/** What edno opens an adapter with. */
export interface OpenOptions {
  /** Where the registry is, by the operator's configuration. */
  readonly endpoint: RegistryEndpoint
  /** Absolute folder of the manifest. */
  readonly folder: string
  /** The manifest, which edno has judged by its schema. */
  readonly manifest: AdapterManifest
}

/** What `index.ts` of an adapter exports. */
export interface AdapterModule {
  /** Called once, before the first question; throws an `AdapterFault` where the folder's files are not in order. */
  readonly open: (options: OpenOptions) => Promise<OpenAdapter>
}

/** The default export of an adapter's `index.ts`. */
export const defineAdapter = (module: AdapterModule): AdapterModule => module
