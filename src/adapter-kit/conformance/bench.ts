import { join } from 'node:path'
import {
  AdapterFault,
  type AdapterManifest,
  type AdapterModule,
  type CallContext,
  type Finding,
  type OpenAdapter,
  type OperationInput,
  type OperationManifest,
  type RegistryEndpoint,
  type Transport,
} from '../adapter.ts'
import type { RegistryFault } from '../simulator.ts'
import { overhear } from './overhear.ts'

/** The adapter's own stand-in, running. */
export interface ConformanceRig {
  readonly endpoint: RegistryEndpoint
  setFault(fault: RegistryFault | undefined): void
  /** Connections open on the registry's side. */
  connections(): Promise<number>
  close(): Promise<void>
}

export interface ConformanceSubject {
  /** Absolute folder of the adapter. */
  readonly folder: string
  readonly manifest: AdapterManifest
  readonly adapter: AdapterModule
  readonly start: (registry: string) => Promise<ConformanceRig>
}

/** How long any question may take where nothing hangs. */
export const PATIENCE_MS = 2000

export interface Asking {
  readonly fields: readonly string[]
  readonly ms?: number
  readonly signal?: AbortSignal
}

/** The adapter, open on its stand-in, with everything it says written down. */
export class Bench {
  readonly subject: ConformanceSubject
  /** Log lines, fault messages, and what was printed. */
  readonly messages: string[] = []
  #rig: ConformanceRig | undefined
  #open: OpenAdapter | undefined

  constructor(subject: ConformanceSubject) {
    this.subject = subject
  }

  get rig(): ConformanceRig {
    if (this.#rig === undefined) throw new AdapterFault('unavailable', 'the stand-in did not start')
    return this.#rig
  }

  get adapter(): OpenAdapter {
    if (this.#open === undefined) throw new AdapterFault('unavailable', 'the adapter did not open')
    return this.#open
  }

  async start(): Promise<void> {
    const { adapter, folder, manifest } = this.subject
    this.#rig = await this.subject.start(manifest.id)
    this.#open = await overhear(this.messages, () => adapter.open({ endpoint: this.rig.endpoint, folder, manifest }))
  }

  folderOf(operation: OperationManifest): string {
    return join(this.subject.folder, operation.folder)
  }

  transportOf(operation: OperationManifest): Transport {
    return operation.transport ?? this.subject.manifest.transport
  }

  ask(operation: OperationManifest, input: OperationInput, asking: Asking): Promise<Finding> {
    const handler = this.adapter.operations[`${operation.id}@${operation.version}`]
    if (handler === undefined) throw new AdapterFault('unavailable', 'the adapter has no such handler')
    const signal = asking.signal ?? AbortSignal.timeout(asking.ms ?? PATIENCE_MS)
    return overhear(this.messages, async () => handler(input, this.#context(asking.fields, signal)))
  }

  #context(fields: readonly string[], signal: AbortSignal): CallContext {
    const note = (message: string, facts: Record<string, string | number> = {}): void => {
      this.messages.push(`${message} ${JSON.stringify(facts)}`)
    }
    return { ...CONTEXT, fields, signal, log: { info: note, warn: note } }
  }

  async close(): Promise<void> {
    await this.#rig?.close()
  }
}

const CONTEXT = {
  exchangeId: '01900000-0000-7000-8000-000000000000',
  call: 'conformance',
  consumer: { id: 'troyan', name: 'Община Троян', oid: '2.16.100.1.1.999.1' },
  service: { id: 'conformance@1', title: 'Проверка на адаптер' },
  case: 'ПРОБА-1',
  legalBasis: 'проверка на адаптер',
  official: { identifier: 'official@troyan.example', names: 'Служител Измислен', position: 'експерт' },
}
