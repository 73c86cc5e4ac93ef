import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { cosignatureVerifier } from '../../exchange-log/cosignature.ts'
import { noteVerifier } from '../../exchange-log/note.ts'
import { systemClock } from '../../ops/clock.ts'
import { logFetcher } from '../../witness/fetch-log.ts'
import { lookAt, type LookCode } from '../../witness/follow.ts'
import { Heads, type Refused } from '../../witness/heads.ts'
import { openWitnessKey } from '../../witness/key-folder.ts'
import { lockFolder } from '../../witness/lock.ts'
import { serveWitness, type WitnessServerOptions } from '../../witness/server.ts'
import { type WatchedLog, Witness } from '../../witness/witness.ts'
import { type Output, output } from '../output.ts'
import { untilStopped } from '../until-stopped.ts'
import { WrongUsage } from '../wrong-usage.ts'
import { inPlaces, LOOK_SENTENCES, WITNESS_WORDS } from './words.ts'

export interface WitnessRunOptions {
  readonly folder: string
  readonly log: readonly string[]
  readonly follow?: readonly string[]
  readonly every: number
  readonly ca?: string
  readonly listen?: string
  readonly tlsCertificate?: string
  readonly tlsKey?: string
  readonly lang?: string
}

/** Follows logs and takes their checkpoints until it is told to stop. */
export async function runWitness(options: WitnessRunOptions): Promise<void> {
  const out = output(options.lang)
  if (options.listen === undefined && options.follow === undefined)
    throw new WrongUsage('say --listen, --follow, or both: without either a witness sees nothing')
  const unlock = lockFolder(options.folder)
  try {
    await run(options, out)
  } finally {
    unlock()
  }
}

/** Keys of one name are of one log. */
function watchedLogs(files: readonly string[]): WatchedLog[] {
  const keys = files.map((file) => noteVerifier(readFileSync(file, 'utf8')))
  const origins = [...new Set(keys.map(({ name }) => name))]
  return origins.map((origin) => ({ origin, keys: keys.filter(({ name }) => name === origin) }))
}

async function run(options: WitnessRunOptions, out: Output): Promise<void> {
  const cosigner = openWitnessKey(options.folder)
  const witness = new Witness({
    ...{ cosigner, logs: watchedLogs(options.log), clock: systemClock },
    heads: new Heads(options.folder, cosignatureVerifier(cosigner.vkey)),
    onRefused: (refused) => tellRefused(refused, out),
  })
  const stopped = untilStopped()
  const server = options.listen === undefined ? undefined : await serveWitness(serverOf(options, witness, out))
  if (server !== undefined) out.line(inPlaces(out.text(WITNESS_WORDS.listens), cosigner.name, server.url, process.pid))
  const follow = options.follow ?? []
  for (const url of follow) out.line(inPlaces(out.text(WITNESS_WORDS.follows), cosigner.name, url, process.pid))
  const following = follow.map((url) => followLog(url, witness, { options, stopped, out }))
  await stopped
  await Promise.all([server?.close(), ...following])
}

function tellRefused({ kind, checkpoint: { origin, size } }: Refused, out: Output): void {
  const words = kind === 'forked' ? WITNESS_WORDS.sentFork : WITNESS_WORDS.sentUnproven
  out.complain(inPlaces(out.text(words), origin, size))
}

function serverOf(options: WitnessRunOptions, witness: Witness, out: Output): WitnessServerOptions {
  const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(options.listen ?? '') ?? []
  if (host === '' || Number(port) > 65_535) throw new WrongUsage('--listen takes host:port')
  const { tlsCertificate, tlsKey } = options
  if ((tlsCertificate === undefined) !== (tlsKey === undefined))
    throw new WrongUsage('--tls-certificate and --tls-key go together')
  return {
    ...{ witness, host, port: Number(port) },
    ...(tlsCertificate === undefined || tlsKey === undefined
      ? {}
      : { tls: { certificate: readFileSync(tlsCertificate, 'utf8'), key: readFileSync(tlsKey, 'utf8') } }),
    onFailure: (error) => out.complain(broken(error, out)),
  }
}

const broken = (error: unknown, out: Output): string =>
  inPlaces(out.text(WITNESS_WORDS.broken), error instanceof Error ? error.message : 'unknown')

interface Following {
  readonly options: WitnessRunOptions
  readonly stopped: Promise<unknown>
  readonly out: Output
}

const ALARMS: ReadonlySet<LookCode> = new Set(['forked', 'shrunk'])

/** Says what it sees when it is something else than before. */
async function followLog(url: string, witness: Witness, { options, stopped, out }: Following): Promise<void> {
  const fetch = logFetcher(url, options.ca === undefined ? undefined : readFileSync(options.ca, 'utf8'))
  const look = async (): Promise<{ readonly said: string; readonly alarm: boolean }> => {
    try {
      const { what, origin = '', size = 0, before = 0 } = await lookAt(witness, fetch)
      const said = inPlaces(out.text(LOOK_SENTENCES[what]), url, origin, size, before)
      return { said, alarm: ALARMS.has(what) }
    } catch (error) {
      return { said: broken(error, out), alarm: true }
    }
  }
  const ending = new AbortController()
  void stopped.then(() => ending.abort())
  let last = ''
  while (!ending.signal.aborted) {
    const { said, alarm } = await look()
    if (said !== last) (alarm ? out.complain : out.line)(said)
    last = said
    // Its timer keeps the process: who only follows listens nowhere.
    await pause(options.every * 1000, undefined, { signal: ending.signal }).catch(() => undefined)
  }
}
