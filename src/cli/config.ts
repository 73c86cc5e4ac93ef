import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Command } from 'commander'
import { openCertificatesOf } from '../app/certificates.ts'
import { governanceFiles, loadCatalogueOf, summaryOf } from '../app/rules.ts'
import { CatalogueRefused } from '../catalogue/refused.ts'
import type { Config } from '../config/config.ts'
import { GovernanceRefused } from '../policy/governance-refused.ts'
import { loadGovernance } from '../policy/load-governance.ts'
import { systemClock } from '../ops/clock.ts'
import type { ExpiryWarning } from '../pki/expiry.ts'
import { readCertificate } from '../pki/read-certificate.ts'
import type { LocatedMistake } from '../schema/read-yaml.ts'
import { type Output, output } from './output.ts'
import { settings } from './settings.ts'

export function addConfig(program: Command): void {
  const config = program.command('config').description('judge and show the configuration and the governance data')
  config
    .command('check')
    .description(
      'find every mistake in configuration, adapters, services, parties, grants, legal bases, authorities and certificates, with file and line',
    )
    .option('--json', 'one object instead of lines')
    .addHelpText('after', '\nExample:\n  edno config check')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const judged = await judge(settings())
      report(judged, json === true, output(undefined))
      process.exitCode = judged.mistakes.length > 0 ? 1 : 0
    })
  config
    .command('show')
    .description('print the configuration in force; secrets never print')
    .addHelpText('after', '\nExample:\n  EDNO_ENV=production edno config show')
    .action(() => void process.stdout.write(`${JSON.stringify(settings(), null, 2)}\n`))
  config
    .command('health')
    .description('ask the edno of this configuration whether it is ready; for container health checks')
    .addHelpText('after', '\nExample:\n  edno config health')
    .action(async () => {
      process.exitCode = (await isReady(settings())) ? 0 : 1
    })
}

interface Judged {
  readonly mistakes: readonly LocatedMistake[]
  /** No mistakes, but somebody must act: certificates that are missing, or end soon. */
  readonly warnings: readonly string[]
  readonly expiring: readonly ExpiryWarning[]
}

/** The catalogue first; governance is judged against it, certificates against both: each only where the former stands. */
async function judge(config: Config): Promise<Judged> {
  try {
    const catalogue = await loadCatalogueOf(config)
    const governance = loadGovernance(governanceFiles(config), summaryOf(catalogue))
    const own = config.keys === undefined ? {} : { own: config.keys }
    const { directories, expiring } = openCertificatesOf({ config, governance, clock: systemClock, ...own })
    return { mistakes: [], warnings: directories.warnings, expiring: expiring(systemClock()) }
  } catch (error) {
    if (!(error instanceof CatalogueRefused || error instanceof GovernanceRefused)) throw error
    return { mistakes: error.mistakes, warnings: [], expiring: [] }
  }
}

function report({ mistakes, warnings, expiring }: Judged, json: boolean, out: Output): void {
  if (json) {
    out.json({ mistakes, warnings, expiring })
    return
  }
  for (const { file, line, message } of mistakes) out.line(`${file}:${line}: ${message}`)
  for (const warning of warnings) out.line(out.faint(`warning: ${warning}`))
  for (const { owner, use, days, notAfter } of expiring)
    out.line(
      `warning: ${owner} ${use}: ${days < 0 ? 'ended' : `${days} days until it ends,`} ${notAfter.toISOString()}`,
    )
  out.line(mistakes.length === 0 ? out.good('no mistakes') : out.bad(`${mistakes.length} mistakes`))
}

const certificateOf = (socket: Socket): string | undefined =>
  socket instanceof TLSSocket
    ? socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase()
    : undefined

/**
 * Asks the process beside it and no other: the front door is known by its certificate, pinned, as edno knows its callers.
 */
function isReady(config: Config): Promise<boolean> {
  const file = config.keys?.tls.certificateFile ?? join(config.dataDirectory, 'pki', 'broker', 'tls.crt')
  const { sha256 } = readCertificate(readFileSync(file))
  const host = ['0.0.0.0', '::'].includes(config.http.host) ? '127.0.0.1' : config.http.host
  return new Promise((resolve) => {
    const options = { host, port: config.http.port, path: '/readyz', timeout: 4000, rejectUnauthorized: false }
    const asked = request(options, (response) => {
      resolve(response.statusCode === 200 && certificateOf(response.socket) === sha256)
      response.resume()
    })
    asked.on('error', () => resolve(false))
    asked.on('timeout', () => asked.destroy())
    asked.end()
  })
}
