import { join } from 'node:path'
import { openCertificatesOf } from '../app/certificates.ts'
import { witnessesOf } from '../app/heads.ts'
import { governanceFiles, loadCatalogueOf, summaryOf } from '../app/rules.ts'
import type { Catalogue } from '../catalogue/entries.ts'
import { CatalogueRefused } from '../catalogue/refused.ts'
import { importMistake } from '../catalogue/start-thread.ts'
import type { Config } from '../config/config.ts'
import { ConfigRefused } from '../config/config-refused.ts'
import { placedLines } from '../config/mistake-places.ts'
import { ownKeyMistakes } from '../config/own-key-mistakes.ts'
import { GovernanceRefused } from '../policy/governance-refused.ts'
import { loadGovernance } from '../policy/load-governance.ts'
import { systemClock } from '../ops/clock.ts'
import type { ExpiryWarning } from '../pki/expiry.ts'
import { type LocatedMistake, YamlRefused } from '../schema/read-yaml.ts'
import { type Output, output } from './output.ts'
import { placed, settings } from './settings.ts'

export interface CheckOptions {
  readonly json?: boolean
}

/** Says every mistake of the configuration; false where there is one. */
export async function checkConfig({ json }: CheckOptions): Promise<boolean> {
  const judged = await judge()
  report(judged, json === true, output(undefined))
  return judged.mistakes.length === 0
}

interface Judged {
  readonly mistakes: readonly LocatedMistake[]
  /** No mistakes, but somebody must act: certificates that are missing, or end soon. */
  readonly warnings: readonly string[]
  readonly expiring: readonly ExpiryWarning[]
}

/**
 * The settings first, then the files of edno's own keys and all the rest: the catalogue and the adapters that were left out of it,
 * governance, which is judged against it, certificates, which are judged against both, each only where the former stands.
 */
async function judge(): Promise<Judged> {
  try {
    const config = settings()
    const keys = placed(new ConfigRefused(ownKeyMistakes(config)))
    const judged = await judgeRules(config)
    return { ...judged, mistakes: [...keys, ...judged.mistakes] }
  } catch (error) {
    return { mistakes: mistakesOf(error), warnings: [], expiring: [] }
  }
}

async function judgeRules(config: Config): Promise<Judged> {
  try {
    witnessesOf(config)
    const catalogue = await loadCatalogueOf(config)
    const adapters = [...catalogue.refused, ...(await importMistakes(catalogue))]
    const judged = judgeGovernance(config, catalogue)
    return { ...judged, mistakes: [...adapters, ...judged.mistakes] }
  } catch (error) {
    return { mistakes: mistakesOf(error), warnings: [], expiring: [] }
  }
}

function judgeGovernance(config: Config, catalogue: Catalogue): Judged {
  try {
    const governance = loadGovernance(governanceFiles(config), summaryOf(catalogue))
    const own = config.keys === undefined ? {} : { own: config.keys }
    const { directories, expiring } = openCertificatesOf({
      config,
      governance,
      clock: systemClock,
      services: summaryOf(catalogue).services,
      ...own,
    })
    return { mistakes: [], warnings: directories.warnings, expiring: expiring(systemClock()) }
  } catch (error) {
    return { mistakes: mistakesOf(error), warnings: [], expiring: [] }
  }
}

/** Loading runs no code of adapters that ask for a thread of their own; edno runs it at the start, when it opens them. */
async function importMistakes({ adapters }: Catalogue): Promise<readonly LocatedMistake[]> {
  const isolated = [...adapters.values()].filter(({ manifest }) => manifest.isolation === 'worker')
  const mistakes = await Promise.all(
    isolated.map(async (entry): Promise<readonly LocatedMistake[]> => {
      const mistake = await importMistake(entry)
      const message = `adapter ${entry.manifest.id}: ${mistake ?? ''}`
      return mistake === undefined ? [] : [{ file: join(entry.folder, 'adapter.json'), line: 1, message }]
    }),
  )
  return mistakes.flat()
}

/** @throws what is no mistake of a file. */
function mistakesOf(error: unknown): readonly LocatedMistake[] {
  if (error instanceof ConfigRefused) return placed(error)
  if (error instanceof CatalogueRefused || error instanceof GovernanceRefused || error instanceof YamlRefused)
    return error.mistakes
  throw error
}

function report({ mistakes, warnings, expiring }: Judged, json: boolean, out: Output): void {
  if (json) {
    out.json({ mistakes, warnings, expiring })
    return
  }
  for (const line of placedLines(mistakes)) out.line(line)
  for (const warning of warnings) out.line(out.faint(`warning: ${warning}`))
  for (const warning of expiring) out.line(`warning: ${expiryLine(warning)}`)
  out.line(
    mistakes.length === 0
      ? out.good('no mistakes')
      : out.bad(mistakes.length === 1 ? '1 mistake' : `${mistakes.length} mistakes`),
  )
}

/** Of edno's own certificates with the place that names the file. */
function expiryLine({ owner, use, days, notAfter, setting }: ExpiryWarning): string {
  const end = `${days < 0 ? 'ended' : `${days} days until it ends,`} ${notAfter.toISOString()}`
  if (setting === undefined) return `${owner} ${use}: ${end}`
  return placedLines(placed(new ConfigRefused([`${setting} (${owner} ${use}): ${end}`]))).join()
}
