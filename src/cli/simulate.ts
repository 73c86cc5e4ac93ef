import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { developmentPki } from '../app/keys.ts'
import { loadRules } from '../app/rules.ts'
import { systemClock } from '../ops/clock.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import { output } from './output.ts'
import { settings } from './settings.ts'
import { untilStopped } from './until-stopped.ts'

export function addSimulate(program: Command): void {
  program
    .command('simulate')
    .description('run the simulated registries alone, over HTTPS on loopback, until SIGINT or SIGTERM')
    .option('--port <number>', 'port to listen on; 0 takes a free one', portOf, 0)
    .addHelpText('after', '\nExample:\n  edno simulate --port 8444')
    .action(simulate)
}

function portOf(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('a port is 0 to 65535')
  return port
}

async function simulate({ port }: { readonly port: number }): Promise<void> {
  const config = settings()
  if (config.env === 'production') throw new Error('registries are not simulated in production')
  const { catalogue, governance } = await loadRules(config)
  const pki = await developmentPki(config, [...governance.parties.values()], systemClock())
  const stopped = untilStopped()
  const simulator = await startSimulator({
    adaptersFolder: config.adaptersFolder,
    castFile: join(config.root, 'config', 'demo', 'cast.yaml'),
    port,
    tls: {
      key: readFileSync(pki.registries.keyFile, 'utf8'),
      certificate: readFileSync(pki.registries.certificateFile, 'utf8'),
      ca: readFileSync(pki.caFile, 'utf8'),
    },
  })
  const out = output(undefined)
  for (const registry of catalogue.adapters.keys()) out.line(`${registry} ${simulator.url(registry)}`)
  out.complain(`client certificate: ${pki.broker.client.certificateFile}`)
  await stopped
  await simulator.close()
}
