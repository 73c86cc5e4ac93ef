#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { ownVersion } from './own-version.ts'
import { addAccess } from './verbs/access.ts'
import { addAdapter } from './verbs/adapter.ts'
import { addAudit } from './verbs/audit.ts'
import { addCallback } from './verbs/callback.ts'
import { addConfig } from './verbs/config.ts'
import { addCorrection } from './verbs/correction.ts'
import { addDemo } from './verbs/demo.ts'
import { addEvidence } from './verbs/evidence.ts'
import { addExplain } from './verbs/explain.ts'
import { addIncident } from './verbs/incident.ts'
import { addLog } from './verbs/log.ts'
import { addQueue } from './verbs/queue.ts'
import { addRegistry } from './verbs/registry.ts'
import { sentenceOf } from './mistake-sentences.ts'
import { addErase, addRetention } from './verbs/retention.ts'
import { addServe } from './verbs/serve.ts'
import { addSign } from './verbs/sign.ts'
import { addSimulate } from './verbs/simulate.ts'
import { addSubmit } from './verbs/submit.ts'
import { addStats } from './verbs/stats.ts'
import { addSubject } from './verbs/subject.ts'
import { stopWhenUnread } from './unread.ts'
import { addVerify } from './verbs/verify.ts'
import { addWitness } from './verbs/witness.ts'
import { addWorker } from './verbs/worker.ts'
import { WrongUsage } from './wrong-usage.ts'

const FAILED = 1
const WRONG_USAGE = 2

/** How long after its end a command may keep the process: a stop that failed or hangs must not. */
const LINGER_MS = 5000

const EXIT_CODES = `
Exit codes:
  0  done, and all of it is in order
  1  refused, failed, or something does not hold
  2  wrong usage: nothing was done`

const unread = stopWhenUnread([process.stdout, process.stderr])
const program = new Command('edno')
  .description('one signed application, every registry')
  .version(ownVersion())
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })
  .addHelpText('after', EXIT_CODES)

const VERBS = [
  ...[addServe, addWorker, addSimulate, addDemo, addSign, addSubmit, addVerify, addExplain, addAccess, addConfig],
  ...[addQueue, addIncident, addCallback, addLog, addWitness, addAudit, addStats, addCorrection, addSubject],
  ...[addEvidence, addRetention, addErase, addAdapter, addRegistry],
]
for (const add of VERBS) add(program)
for (const command of program.commands) command.exitOverride()

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(await located(error))
}
setTimeout(() => process.exit(), LINGER_MS).unref()

/** Mistakes of the configuration are found in its files only where there are any: most commands never read so much. */
async function located(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || error.name !== 'ConfigRefused') return error
  const { placed } = await import('./placed.ts')
  return placed(error)
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE
  if (!unread()) process.stderr.write(`edno: ${sentenceOf(error)}\n`)
  return error instanceof WrongUsage ? WRONG_USAGE : FAILED
}
