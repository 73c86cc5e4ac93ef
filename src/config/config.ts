import type { RegistryLimits } from '../model/registry-limits.ts'
import type { Secret } from './secret.ts'

export type Environment = 'development' | 'production'
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'

export interface CertificateFiles {
  readonly certificateFile: string
  readonly keyFile: string
}

export interface RegistryConfig extends CertificateFiles {
  readonly url: string
  readonly caFile: string
  /** Certificates that sign its answers; absent: signatures are neither asked for nor looked at. */
  readonly answerCertificatesFile?: string
  /** Its answers may be signed with SHA-1. */
  readonly answersBySha1?: boolean
  /** RegiX's first entry point is spoken to in place of the second. */
  readonly entryPoint?: 'v1'
  /** Where it is told to send answers that come later, and by which certificates it proves itself there. */
  readonly callbackUrl?: string
  readonly callbackCertificatesFile?: string
}

/** A registry that is a view of a PostgreSQL. */
export interface RegistryDatabaseConfig extends Partial<CertificateFiles> {
  readonly url: string
  /** Absent only where the database is on this machine. */
  readonly caFile?: string
  readonly passwordFile?: string
}

/** Adapters from elsewhere than `adaptersFolder`. */
export interface AdaptersConfig {
  /** Absolute. */
  readonly fromFolders: readonly string[]
  readonly fromPackages: readonly string[]
  readonly requireReport: boolean
  readonly reportKeyFiles: readonly string[]
}

/** Files of edno's own keys. */
export interface BrokerKeyFiles {
  readonly tls: CertificateFiles
  readonly seal: CertificateFiles
  /** The seal that follows. */
  readonly nextSeal?: CertificateFiles
  readonly clientAuthoritiesFile: string
  readonly logKeyFile: string
  readonly payloadKeyFile: string
  /** Marks officials, so that they can be looked for without being named. */
  readonly searchKeyFile?: string
  /** Sign callbacks: the one in use, and the one that follows. */
  readonly callbackKeyFile?: string
  readonly nextCallbackKeyFile?: string
}

/** Plain HTTP for a proxy that ends TLS; on a Unix socket, or on a loopback port with a secret. */
export interface ProxyConfig {
  readonly socketPath?: string
  readonly port?: number
  readonly secretFile?: string
}

/** `seal`, or XAdES-B-T with a stamp of `timeStamps`; of answers in XML. */
export type AnswerProfile = 'seal' | 'xades-b-t'

/** The authority that stamps; whom to believe in that stands in `config/trust`. */
export interface TimeStampConfig {
  readonly url: string
  readonly timeoutMs?: number
  /** Object identifier. */
  readonly policy?: string
}

/** Who cosigns heads of the exchange log, and how they are stamped. */
export interface LogConfig {
  readonly origin: string
  readonly receiptWaitMs: number
  readonly promiseSeconds: number
  readonly witnesses?: readonly { readonly name: string; readonly url: string; readonly vkey: string }[]
  readonly witnessesCaFile?: string
  readonly stamps?: {
    readonly everySeconds?: number
    readonly everyEntries?: number
    readonly stopAfterSeconds?: number
  }
}

export interface HttpConfig {
  readonly host: string
  readonly port: number
  readonly bodyLimitBytes: number
  readonly limits: {
    readonly windowSeconds: number
    readonly perAddress: number
    readonly badPerCertificate: number
    readonly perCertificate: number
    readonly sharedAddresses?: readonly string[]
  }
  readonly proxy?: ProxyConfig
}

export interface CallbacksConfig {
  readonly timeoutMs: number
  readonly retrySeconds: readonly number[]
  /** CIDR. */
  readonly allowNetworks: readonly string[]
  readonly caFile?: string
}

/** Which registries this process asks itself, and how it stops. */
export interface DispatchConfig {
  readonly inProcess: 'all' | readonly string[]
  readonly drainMs: number
}

export interface QueueConfig {
  readonly tries: number
  /** Exchanges of one consumer that may wait in it. */
  readonly perConsumer: number
  readonly rebuildable: boolean
  readonly redisUrlFile?: string
}

/** A port of the loopback on which a program of this machine reads the metrics. */
export interface MetricsConfig {
  readonly port: number
}

/** What `schemas/config.schema.json` describes, with every file name absolute. */
export interface ConfigFile {
  readonly dataDirectory: string
  readonly http: HttpConfig
  readonly timeWindow: { readonly pastMs: number; readonly futureMs: number }
  readonly retention: {
    readonly answerHours: number
    readonly classes: Readonly<Record<string, { readonly answerHours: number }>>
  }
  readonly log: LogConfig
  readonly governance: {
    readonly partiesFolder: string
    readonly grantsFolder: string
    readonly legalBasesFile: string
    readonly servicesFolder: string
    readonly trustFolder: string
  }
  /** Whose grants count: see `schemas/config.schema.json`. */
  readonly access: { readonly grantsFrom: 'files-and-agreements' | 'agreements' }
  readonly adaptersFolder: string
  /** How answers are signed. */
  readonly answers: { readonly profile: AnswerProfile }
  readonly timeStamps?: TimeStampConfig
  readonly adapters: AdaptersConfig
  readonly registries: Readonly<Record<string, RegistryConfig>>
  /** `registries.<id>` whose address is a database's. */
  readonly registryDatabases: Readonly<Record<string, RegistryDatabaseConfig>>
  /** `registries.<id>.limits`; a registry may have limits without an address. */
  readonly registryLimits: Readonly<Record<string, RegistryLimits>>
  readonly simulateRegistries: boolean
  readonly dispatch: DispatchConfig
  readonly queue: QueueConfig
  readonly callbacks: CallbacksConfig
  readonly metrics?: MetricsConfig
  readonly keys?: BrokerKeyFiles
  readonly databaseUrlFile?: string
  readonly logLevel: LogLevel
}

/** Judged once, frozen. Modules get the slice they need as an argument. */
export interface Config extends ConfigFile {
  readonly env: Environment
  /** Absolute folder of edno's package.json. */
  readonly root: string
  /** Address of an external PostgreSQL, with its password; absent where edno runs its own. */
  readonly databaseUrl?: Secret<string>
  /** Address of a Redis, with its password; absent where the queue stands in the database. */
  readonly redisUrl?: Secret<string>
}
