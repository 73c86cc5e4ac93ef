import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { signReport } from '../../catalogue/adapter-report.ts'
import { REPORT_FILE } from '../../catalogue/folder-digest.ts'
import { findRoot } from '../../config/root.ts'
import { output } from '../output.ts'
import { WrongUsage } from '../wrong-usage.ts'
import { runChecks } from './run-checks.ts'
import { type Reporter, writeReport } from './write-report.ts'

export interface CheckOptions {
  readonly reporter: Reporter
  readonly signWith?: string
  readonly lang?: string
}

/** Says all that edno relies on of the adapter in this folder; true where all of it holds. */
export async function checkAdapter(named: string, options: CheckOptions): Promise<boolean> {
  const folder = resolve(named)
  if (!existsSync(join(folder, 'adapter.json'))) throw new WrongUsage(`${folder} has no adapter.json`)
  const key = options.signWith === undefined ? undefined : readKey(options.signWith)
  const out = output(options.lang)
  const report = await runChecks(findRoot(), folder)
  out.line(writeReport(report, options.reporter, out))
  if (key !== undefined) {
    const file = join(folder, REPORT_FILE)
    writeFileSync(file, `${signReport(report, key)}\n`)
    out.complain(out.text({ bg: `подписаният доклад е в ${file}`, en: `the signed report is ${file}` }))
  }
  return report.passed
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new WrongUsage(`${file} cannot be read`)
  }
}
