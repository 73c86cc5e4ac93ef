import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Command } from 'commander'
import { governanceFiles, loadCatalogueOf, summaryOf } from '../app/rules.ts'
import { CatalogueRefused } from '../catalogue/refused.ts'
import type { Config } from '../config/config.ts'
import { GovernanceRefused } from '../policy/governance-refused.ts'
import { loadGovernance } from '../policy/load-governance.ts'
import { readCertificate } from '../pki/read-certificate.ts'
import type { LocatedMistake } from '../schema/read-yaml.ts'
import { type Output, output } from './output.ts'
import { settings } from './settings.ts'

export function addConfig(program: Command): void {
  const config = program.command('config').description('judge and show the configuration and the governance data')
  config
    .command('check')
    .description(
      'find every mistake in configuration, adapters, services, parties, grants and legal bases, with file and line',
    )
    .option('--json', 'one object instead of lines')
    .addHelpText('after', '\nExample:\n  edno config check')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const mistakes = await mistakesOf(settings())
      report(mistakes, json === true, output(undefined))
      process.exitCode = mistakes.length > 0 ? 1 : 0
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

/** The catalogue first; governance is judged against it, so it is judged only where the catalogue stands. */
async function mistakesOf(config: Config): Promise<readonly LocatedMistake[]> {
  try {
    const catalogue = await loadCatalogueOf(config)
    loadGovernance(governanceFiles(config), summaryOf(catalogue))
    return []
  } catch (error) {
    if (error instanceof CatalogueRefused || error instanceof GovernanceRefused) return error.mistakes
    throw error
  }
}

function report(mistakes: readonly LocatedMistake[], json: boolean, out: Output): void {
  if (json) {
    out.json({ mistakes })
    return
  }
  for (const { file, line, message } of mistakes) out.line(`${file}:${line}: ${message}`)
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
