import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readRegixMap } from '../adapter-kit/regix/regix-map.ts'
import { type ServiceRef, serviceRef } from '../model/ids.ts'
import type { LeftOut } from '../model/left-out.ts'
import type { KnownService, ServiceCall } from '../model/service.ts'
import type { AdapterEntry, OperationEntry, RegixEntry } from './entries.ts'
import { type BodyReader, bodyReader } from './read-body.ts'

/** No service file may take such a name. */
export const REGIX_PREFIX = 'regix-'

/** Old clients wait a minute and no longer (WCF's SendTimeout). */
const DEADLINE_MS = 20_000
/** Who asks asynchronously comes again for so long. */
const DEFER_MS = 3_600_000

/** Could this, which is not in the catalogue, be a single question to a registry that is left out? */
export const isSingleOfLeftOut = ({ owners, othersThan }: LeftOut, id: string): boolean => {
  const asks = (registry: string): boolean => id.startsWith(`${REGIX_PREFIX}${registry}-`)
  if ([...owners.keys()].some(asks)) return true
  return othersThan !== undefined && id.startsWith(REGIX_PREFIX) && ![...othersThan].some(asks)
}

export interface RegixServices {
  readonly services: readonly KnownService[]
  /** By the name in RegiX; of two versions of an operation the later one. */
  readonly regix: ReadonlyMap<string, RegixEntry>
}

/**
 * Each operation that has a name in RegiX is a service of one call, so that whoever asks it alone is granted it, planned
 * and logged as anything else (design §1). A single question has no purpose of its own: its legal basis is the grant's.
 * One that is disclosed as a check only is none: without checks it would tell either nothing or too much.
 */
export function regixServices(adapters: readonly AdapterEntry[], legalBases: ReadonlySet<string>): RegixServices {
  const services: KnownService[] = []
  const regix = new Map<string, RegixEntry>()
  for (const adapter of adapters)
    for (const operation of adapter.operations) {
      const folder = join(adapter.folder, operation.manifest.folder)
      if (!existsSync(join(folder, 'regix.json'))) continue
      const map = readRegixMap(folder)
      const service = operation.manifest.disclosure === undefined ? serviceOf(operation, folder, legalBases) : undefined
      if (service !== undefined) services.push(service)
      regix.set(map.operation, entryOf(operation, service?.definition.ref, map))
    }
  return { services, regix }
}

const entryOf = (operation: OperationEntry, service: ServiceRef | undefined, map: RegixEntry['map']): RegixEntry => ({
  operation: operation.ref,
  ...(service === undefined ? {} : { service }),
  map,
  input: operation.requiredInput,
  fields: operation.fields,
})

function serviceOf(operation: OperationEntry, folder: string, legalBases: ReadonlySet<string>): KnownService {
  const id = `${REGIX_PREFIX}${operation.adapter}-${operation.manifest.id}`
  const { version } = operation.manifest
  // Its schema was judged with the adapter; what a door needs of it is made for the first who asks.
  let reader: BodyReader | undefined
  const readBody: BodyReader['readBody'] = (body) =>
    (reader ??= bodyReader(join(folder, 'input.schema.json'))).readBody(body)
  return {
    definition: {
      ...{ ref: serviceRef(id, version), id, version, title: operation.title, iisda: null },
      demonstration: operation.manifest.synthetic === true,
      single: true,
      legalBases: [...legalBases],
      deadlineMs: DEADLINE_MS,
      deferMs: DEFER_MS,
      applicantSignature: 'none',
      calls: [callOf(operation)],
      checks: [],
    },
    readBody,
  }
}

const callOf = ({ ref, manifest, requiredInput }: OperationEntry): ServiceCall => ({
  name: 'answer',
  operation: ref,
  need: 'required',
  input: Object.fromEntries(requiredInput.map((field) => [field, `application.${field}`])),
  needs: [],
  timeoutMs: manifest.timeoutMs,
  idempotent: manifest.idempotent,
  referenced: [],
})
