import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { type Started, start } from './processes.ts'

export interface RedisOptions {
  /** False: nothing is kept on disk, which edno refuses. */
  readonly appendOnly?: boolean
  /** Any but `noeviction` is refused by edno. */
  readonly maxmemoryPolicy?: string
  /** Commands that are kept from everybody, as in many a hosted Redis. */
  readonly withheld?: readonly string[]
  readonly password?: string
}

const installed = (program: string): boolean => spawnSync(program, ['--version']).status === 0
let known: boolean | undefined
const isInstalled = (): boolean => (known ??= installed('redis-server') && installed('redis-cli'))

/**
 * Leaves the test out, and says so, where Redis is not installed. Where it must be (`EDNO_REQUIRE_REDIS=1`, as `.ci/run`
 * sets it) the test fails instead. For `before(function () { requireRedis(this) })`.
 */
export function requireRedis(context: Mocha.Context): void {
  if (isInstalled()) return
  if (process.env['EDNO_REQUIRE_REDIS'] === '1')
    throw new Error('redis-server is not installed, and these tests must run')
  context.skip()
}

/**
 * A Redis of its own on a free port of the loopback, in a temporary folder; as edno wants it: an append-only file written
 * every second, and nothing evicted. Survives nothing of the tests' process: it ends with it.
 */
export class RedisServer {
  readonly port: number
  readonly folder: string
  readonly #options: RedisOptions
  #running: Started | undefined

  private constructor(port: number, folder: string, options: RedisOptions) {
    this.port = port
    this.folder = folder
    this.#options = options
  }

  static async start(options: RedisOptions = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'edno-redis-'))
    const server = new RedisServer(await freePort(), folder, options)
    await server.restart()
    return server
  }

  /** For `REDIS_URL`. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** As an operator types it: `command('flushall')`. */
  command(...words: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('redis-cli', ['-p', String(this.port), ...words], {
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    })
    if (status !== 0) throw new Error(`redis-cli ${words.join(' ')}: ${stdout}${stderr}`)
    return stdout.trim()
  }

  /** Dead at once, what it holds is on disk as far as it was written. */
  async kill(): Promise<void> {
    this.#running?.kill('SIGKILL')
    await this.#running?.ended
    this.#running = undefined
  }

  /** On the same port; with what the disk holds, or `empty`. */
  async restart(kind: 'kept' | 'empty' = 'kept'): Promise<void> {
    await this.kill()
    if (kind === 'empty')
      for (const name of ['appendonlydir', 'dump.rdb'])
        await rm(join(this.folder, name), { recursive: true, force: true })
    const { appendOnly = true, maxmemoryPolicy = 'noeviction', withheld = [], password } = this.#options
    const settings = {
      port: String(this.port),
      bind: '127.0.0.1',
      dir: this.folder,
      save: '',
      appendonly: appendOnly ? 'yes' : 'no',
      appendfsync: 'everysec',
      'maxmemory-policy': maxmemoryPolicy,
      daemonize: 'no',
    }
    const args = [
      ...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
      ...withheld.flatMap((command) => ['--rename-command', command, '']),
      ...(password === undefined ? [] : ['--requirepass', password]),
    ]
    this.#running = start('redis-server', args)
    await this.#running.said('Ready to accept connections')
  }

  async stop(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }
}
