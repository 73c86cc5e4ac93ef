import type { AdapterManifest, AdapterModule, OperationInput, OperationManifest } from '../adapter-kit/adapter.ts'
import type { IdentifierType } from '../model/application.ts'
import type { RegixMap } from '../adapter-kit/regix/regix-map.ts'
import type { OperationRef, ServiceRef } from '../model/ids.ts'
import type { LeftOut } from '../model/left-out.ts'
import type { LocalisedText } from '../model/localised.ts'
import type { KnownService } from '../model/service.ts'
import type { LocatedMistake } from '../schema/read-yaml.ts'

/** One operation that services may call. */
export interface OperationEntry {
  readonly ref: OperationRef
  readonly manifest: OperationManifest
  /** Id of the adapter, which is the registry part of the reference. */
  readonly adapter: string
  /** The party that owns the registry. */
  readonly provider: string
  readonly registryName: LocalisedText
  readonly title: LocalisedText
  readonly inputFields: readonly string[]
  readonly requiredInput: readonly string[]
  /** All dotted evidence paths, inner nodes too; lists are transparent. */
  readonly fields: readonly string[]
  /** Those of `fields` whose value is a list. */
  readonly lists: readonly string[]
  /** As which numbers of persons and firms its schema takes the subject; empty: it asks about a thing. */
  readonly subjectKinds: readonly IdentifierType[]
  readonly acceptsInput: (input: OperationInput) => boolean
  readonly acceptsEvidence: (evidence: unknown) => boolean
  /** Where evidence does not fit first, in names of the schema alone; undefined where it fits. */
  readonly misfitOf: (evidence: unknown) => string | undefined
}

export interface AdapterEntry {
  readonly manifest: AdapterManifest
  /** Absolute folder of the manifest. */
  readonly folder: string
  readonly module: AdapterModule
  readonly operations: readonly OperationEntry[]
  /** SHA-256 over all its files. */
  readonly digest: string
  /** Named by the operator on its own; the others are edno's. */
  readonly plugged: boolean
}

/** An operation that old clients ask by its name in RegiX. */
export interface RegixEntry {
  readonly operation: OperationRef
  /** The service that asks it and nothing else; absent where it is disclosed as a check only, and has no checks by itself. */
  readonly service?: ServiceRef
  readonly map: RegixMap
  /** Input that the map may fill; anything else of a request is refused. */
  readonly input: readonly string[]
  readonly fields: readonly string[]
}

/** What can be asked at all. */
export interface Catalogue {
  /** Full technical name in RegiX → what answers it. */
  readonly regix: ReadonlyMap<string, RegixEntry>
  readonly services: ReadonlyMap<ServiceRef, KnownService>
  readonly operations: ReadonlyMap<OperationRef, OperationEntry>
  readonly adapters: ReadonlyMap<string, AdapterEntry>
  /** What is wrong with adapters that were left out, or of which an older version stays. */
  readonly refused: readonly LocatedMistake[]
  readonly leftOut: LeftOut
}
