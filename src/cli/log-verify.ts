import { readFileSync } from 'node:fs'
import { logFolder } from '../client/log-folder.ts'
import { cosignatureVerifier } from '../exchange-log/cosignature.ts'
import type { LogSource } from '../exchange-log/log-source.ts'
import { type LogFinding, type LogVerdict, verifyLog } from '../exchange-log/verify-log.ts'
import { fill } from './demo/words.ts'
import { LOG_SENTENCES, LOG_WORDS } from './log-sentences.ts'
import { addressed, isAddress, logKeyOf, sentenceOfLog, textOf } from './log-source-options.ts'
import { type Output, output } from './output.ts'
import { WrongUsage } from './wrong-usage.ts'

export interface LogVerifyOptions {
  readonly vkey?: string
  readonly since?: string
  readonly witnessVkey?: readonly string[]
  /** A file (PEM). */
  readonly tsaCa?: string
  readonly ca?: string
  readonly json?: boolean
  readonly lang?: string
}

/** Verifies the log at a folder or an address and says what holds; false where something does not. */
export async function verifyLogAt(where: string, options: LogVerifyOptions): Promise<boolean> {
  const address = isAddress(where) ? addressed(where, options.ca) : undefined
  try {
    const { verdict, key } = await judged(address ?? logFolder(where), options)
    const ownKey = options.vkey === undefined ? key : undefined
    const out = output(options.lang)
    if (options.json === true) out.json(viewOf(verdict, ownKey !== undefined))
    else print(verdict, ownKey, out)
    return verdict.holds
  } finally {
    address?.close()
  }
}

/** A log that cannot be looked into at all is wrong usage, and not a log that does not hold. */
async function judged(
  source: LogSource,
  { vkey, since, witnessVkey, tsaCa }: LogVerifyOptions,
): Promise<{ readonly verdict: LogVerdict; readonly key: string }> {
  try {
    const key = await logKeyOf(source, vkey)
    const kept = since === undefined ? {} : { since: readFileSync(since, 'utf8') }
    const claim = {
      ...{ source, logKey: key },
      ...kept,
      ...(witnessVkey === undefined ? {} : { witnessKeys: witnessVkey.map(witnessKeyOf) }),
      ...(tsaCa === undefined ? {} : { timeStampAuthorities: readFileSync(tsaCa, 'utf8') }),
    }
    return { verdict: await verifyLog(claim), key }
  } catch (error) {
    if (error instanceof WrongUsage) throw error
    throw new WrongUsage(`nothing was checked: ${sentenceOfLog(error)}`, { cause: error })
  }
}

const witnessKeyOf = (given: string): string => cosignatureVerifier(textOf(given)).vkey

const viewOf = ({ head, ...verdict }: LogVerdict, ownKey: boolean) => ({
  ...verdict,
  ...(head === undefined
    ? {}
    : { origin: head.origin, size: head.size, root: Buffer.from(head.root).toString('base64') }),
  ownKey,
})

function print(verdict: LogVerdict, ownKey: string | undefined, out: Output): void {
  const { head, findings, unchecked } = verdict
  if (head !== undefined) out.line(fill(out.text(LOG_WORDS.head), head.origin, head.size))
  for (const finding of findings) printFinding(finding, out)
  for (const what of unchecked)
    out.line(`  ${out.faint('?')} ${fill(out.text(LOG_WORDS.unchecked), out.text(LOG_SENTENCES[what].holds))}`)
  if (ownKey !== undefined) {
    out.line(`  ${out.faint('?')} ${out.text(LOG_WORDS.ownKey)}`)
    out.line(`    ${ownKey}`)
  }
  printCounts(verdict, out)
  const sentence = out.text(verdict.holds ? LOG_WORDS.holds : LOG_WORDS.fails)
  out.line(`\n${verdict.holds ? out.good(`✓ ${sentence}`) : out.bad(`✗ ${sentence}`)}`)
}

function printFinding({ what, holds, at }: LogFinding, out: Output): void {
  const words = out.text(LOG_SENTENCES[what][holds ? 'holds' : 'fails'])
  const place = at === undefined ? '' : ` (${at})`
  out.line(`  ${holds ? out.good('✓') : out.bad('✗')} ${words}${place}`)
}

function printCounts({ entries, from, to, opened, answered, stamped, cosigned = [] }: LogVerdict, out: Output): void {
  for (const { by, at } of cosigned) out.line(fill(out.text(LOG_WORDS.cosigned), by, at))
  if (stamped !== undefined) out.line(fill(out.text(LOG_WORDS.stamped), stamped.size, stamped.at, stamped.by))
  if (from !== undefined && to !== undefined) out.line(fill(out.text(LOG_WORDS.span), entries, from, to))
  if (opened > 0) out.line(fill(out.text(LOG_WORDS.exchanges), opened, answered))
}
