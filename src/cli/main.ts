#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { addConfig } from './config.ts'
import { addDemo } from './demo/demo.ts'
import { addExplain } from './explain.ts'
import { addServe } from './serve.ts'
import { addSign } from './sign.ts'
import { addSimulate } from './simulate.ts'
import { addSubmit } from './submit.ts'
import { addVerify } from './verify.ts'

/** Exit codes: 0 done, 1 refused or failed, 2 wrong usage. */
const WRONG_USAGE = 2

const program = new Command('edno')
  .description('one signed application, every registry')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })

for (const add of [addServe, addSimulate, addDemo, addSign, addSubmit, addVerify, addExplain, addConfig]) add(program)
for (const command of program.commands) command.exitOverride()

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : WRONG_USAGE
  process.stderr.write(`edno: ${error instanceof Error ? error.message : String(error)}\n`)
  return 1
}
