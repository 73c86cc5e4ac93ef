import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BrokerError } from '../problem/broker-error.ts'

/** The names that RegiX publishes. */
export interface OperationTable {
  readonly names: ReadonlySet<string>
  /** `…APIService.INBDAPI`: the part of a name before its last dot. */
  readonly interfaces: ReadonlySet<string>
}

interface TableFile {
  readonly operations: readonly (readonly string[])[]
}

/** Reads `schemas/regix/operations.json`. */
export function readOperationTable(root: string): OperationTable {
  const file = JSON.parse(readFileSync(join(root, 'schemas', 'regix', 'operations.json'), 'utf8')) as TableFile
  const names = file.operations.flatMap(([name]) => name ?? [])
  return { names: new Set(names), interfaces: new Set(names.map(interfaceOf)) }
}

const interfaceOf = (name: string): string => name.slice(0, name.lastIndexOf('.'))

const COMPOSITE = /^Edno\.Composite\.([a-z][a-z0-9-]{0,63})(?:@([1-9]\d{0,3}))?$/

/** A service of edno, under the name that SOAP clients ask for it by; the newest version where none is named. */
export function compositeNamed(operation: string): { readonly id: string; readonly version?: number } | undefined {
  const [, id, version] = COMPOSITE.exec(operation) ?? []
  if (id === undefined) return undefined
  return version === undefined ? { id } : { id, version: Number(version) }
}

/** Why an operation that nothing answers is not answered: known to RegiX and not connected here, or known to nobody. */
export function unanswered(operation: string, { names, interfaces }: OperationTable): BrokerError {
  if (names.has(operation))
    return new BrokerError('regix.operation-not-connected', `${operation} is known, and no adapter of edno asks it`)
  if (interfaces.has(interfaceOf(operation)) && /\.\w{1,80}$/.test(operation))
    return new BrokerError('regix.operation-unknown', `Operation with name:'${operation}' could not be found!`)
  return new BrokerError('regix.operation-unknown', NOWHERE)
}

const NOWHERE =
  'Element request.Operation is invalid. Check for correct operation names here: schemas/regix/operations.json, GET /v1/services'
