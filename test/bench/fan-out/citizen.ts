import { Agent, get } from 'node:https'
import { percentile } from '../load.ts'
import type { Grounds } from '../grounds.ts'
import { filesOf, tlsOf } from '../keys.ts'
import { DELAY_PATH } from '../registries.ts'
import { ednoCode } from '../rivals/edno-code.ts'
import { linesOf } from '../rivals/lines.ts'
import { ownCode } from '../rivals/own-code.ts'
import { readFileSync } from 'node:fs'
import { CITIZEN, serviceOf, type Size, SIZES } from './sizes.ts'

/** How long one citizen's request takes, p50 in milliseconds, at registries that answer so much later. */
export interface Waiting {
  readonly size: Size
  readonly delayMs: number
  readonly ownMs: number
  readonly ednoMs: number
}

export interface CitizenBench {
  readonly waiting: readonly Waiting[]
  /** Lines of code on the municipality's side. */
  readonly lines: { readonly own: number; readonly edno: number }
}

const DELAYS_MS = [0, 100] as const
const WARM_UP = 3
const COUNT = 3

/** A municipality's own code, one question after the other, against one application to edno; in turns. */
export async function citizenBench(grounds: Grounds, ednoUrl: string, rounds: number): Promise<CitizenBench> {
  const { folder, registries } = grounds
  const seal = tlsOf(folder, 'parties/troyan/seal')
  const { ca, cert, key } = tlsOf(folder, 'parties/troyan/tls')
  const brokerCertificate = readFileSync(filesOf(folder, 'broker/seal').certificateFile, 'utf8')
  const own = ownCode(registries.url, tlsOf(folder, 'broker/client'))
  const edno = ednoCode({ url: new URL(ednoUrl).origin, ca, certificate: cert, key }, seal, brokerCertificate)
  const waiting: Waiting[] = []
  try {
    for (const delayMs of DELAYS_MS) {
      await delayRegistries(grounds, delayMs)
      for (const size of SIZES) {
        const byOwn = (): Promise<unknown> => own.askInTurn(CITIZEN, size)
        const byEdno = async (): Promise<void> => requireAll(await edno.ask(CITIZEN, serviceOf(size)), size)
        waiting.push({ size, delayMs, ...(await inTurns(byOwn, byEdno, rounds)) })
      }
    }
  } finally {
    await delayRegistries(grounds, 0)
    own.close()
    edno.close()
  }
  return { waiting, lines: { own: linesOf('own-code.ts'), edno: linesOf('edno-code.ts') } }
}

async function inTurns(
  byOwn: () => Promise<unknown>,
  byEdno: () => Promise<unknown>,
  rounds: number,
): Promise<Pick<Waiting, 'ownMs' | 'ednoMs'>> {
  await timed(byOwn, WARM_UP)
  await timed(byEdno, WARM_UP)
  const taken = { own: [] as number[], edno: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    taken.own.push(...(await timed(byOwn, COUNT)))
    taken.edno.push(...(await timed(byEdno, COUNT)))
  }
  return { ownMs: percentile(taken.own, 0.5), ednoMs: percentile(taken.edno, 0.5) }
}

async function timed(ask: () => Promise<unknown>, count: number): Promise<number[]> {
  const taken: number[] = []
  for (let n = 0; n < count; n += 1) {
    const started = performance.now()
    await ask()
    taken.push(performance.now() - started)
  }
  return taken
}

function requireAll(parts: readonly { readonly outcome: string }[], size: Size): void {
  if (parts.length !== size || parts.some(({ outcome }) => outcome !== 'found'))
    throw new Error('the bench got an answer that is not complete')
}

/** From now on the registries answer so much later. */
export const delayRegistries = ({ folder, registries }: Grounds, delayMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const agent = new Agent(tlsOf(folder, 'broker/client'))
    get(`${registries.url}${DELAY_PATH}${delayMs}`, { agent }, (response) => {
      response.resume()
      response.once('end', () => resolve())
    }).once('error', reject)
  })
