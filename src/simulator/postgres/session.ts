import type { TLSSocket } from 'node:tls'
import type { OperationInput } from '../../adapter-kit/adapter.ts'
import type { RegistryFault } from '../../adapter-kit/simulator.ts'
import { relationOf } from '../../adapter-kit/sql/statement.ts'
import type { HostedOperation, HostedRegistry } from '../stand-in.ts'
import * as wire from './frames.ts'
import { misbehave } from './misbehave.ts'
import { errorOf, replyOf } from './replies.ts'
import { rowsOf } from './rows.ts'

/** What a view has on record, and how its database misbehaves. */
export type DatabaseAnswer = (
  registry: string,
  operation: HostedOperation,
  input: OperationInput,
) => {
  readonly subject: OperationInput
  readonly record: object | undefined
  readonly fault: RegistryFault | undefined
  readonly number: number
}

/** One connection. */
export class Session {
  readonly #socket: TLSSocket
  readonly #registries: readonly HostedRegistry[]
  readonly #answer: DatabaseAnswer
  #bytes: Buffer = Buffer.alloc(0)
  #registry: HostedRegistry | undefined
  #statement = ''
  #parameters: readonly string[] = []

  constructor(socket: TLSSocket, registries: readonly HostedRegistry[], answer: DatabaseAnswer) {
    this.#socket = socket
    this.#registries = registries
    this.#answer = answer
    socket.on('data', (bytes: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes])
      this.#readAll()
    })
  }

  #readAll(): void {
    for (;;) {
      const taken = wire.takeFrame(this.#bytes, this.#registry !== undefined)
      if (taken === undefined) return
      this.#bytes = taken.rest
      this.#take(taken.frame)
    }
  }

  #take({ type, body }: wire.Frame): void {
    if (type === '') this.#begin(body)
    else if (type === 'P') this.#statement = wire.readStrings(body)[1] ?? ''
    else if (type === 'B') this.#parameters = wire.readParameters(body)
    else if (type === 'S') void this.#run()
    else if (type === 'X') this.#socket.end()
  }

  /** The database's name is the registry's. */
  #begin(body: Buffer): void {
    const said = wire.readStrings(body.subarray(4))
    const name = said[said.indexOf('database') + 1]
    this.#registry = this.#registries.find(({ id }) => id === name)
    if (this.#registry === undefined) {
      this.#socket.end(wire.errorResponse('3D000', 'there is no such database'))
      return
    }
    const welcome = wire.writeFrame('R', wire.int32(0))
    const encoding = wire.writeFrame('S', wire.cString('client_encoding'), wire.cString('UTF8'))
    this.#socket.write(Buffer.concat([welcome, encoding, wire.READY]))
  }

  async #run(): Promise<void> {
    if (this.#statement.includes('has_table_privilege'))
      this.#socket.write(replyOf({ columns: ['writes'], rows: [['false']] }))
    else await this.#ask(this.#statement, this.#parameters)
  }

  async #ask(statement: string, parameters: readonly string[]): Promise<void> {
    const view = viewsOf(this.#registry).find(({ map }) => statement.includes(` from ${relationOf(map)} where `))
    if (view === undefined) {
      this.#socket.write(errorOf('42P01'))
      return
    }
    const { map, operation } = view
    const input = Object.fromEntries(map.where.map(({ field }, index) => [field, parameters[index] ?? '']))
    const { record, fault, number } = this.#answer(this.#registry?.id ?? '', operation, input)
    await misbehave(this.#socket, fault, rowsOf(statement, map, record, number))
  }
}

const viewsOf = (registry: HostedRegistry | undefined) =>
  (registry?.operations ?? []).flatMap((operation) =>
    operation.wire.kind === 'sql' ? [{ operation, map: operation.wire.map }] : [],
  )
