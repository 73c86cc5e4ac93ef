import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { developmentPki } from '../app/keys.ts'
import { pluggedFolders } from '../app/registries.ts'
import { loadRules } from '../app/rules.ts'
import { systemClock } from '../ops/clock.ts'
import { startSimulator } from '../simulator/start-simulator.ts'
import { output } from './output.ts'
import { settings } from './settings.ts'
import { untilStopped } from './until-stopped.ts'

export interface SimulateOptions {
  readonly port: number
}

/** Runs the simulated registries until told to stop. */
export async function simulate({ port }: SimulateOptions): Promise<void> {
  const config = settings()
  if (config.env === 'production') throw new Error('registries are not simulated in production')
  const { catalogue, governance } = await loadRules(config)
  const pki = await developmentPki(config, [...governance.parties.values()], systemClock())
  const stopped = untilStopped()
  const simulator = await startSimulator({
    adaptersFolder: config.adaptersFolder,
    alsoFolders: pluggedFolders(catalogue),
    castFile: join(config.root, 'config', 'demo', 'cast.yaml'),
    port,
    tls: {
      key: readFileSync(pki.registries.keyFile, 'utf8'),
      certificate: readFileSync(pki.registries.certificateFile, 'utf8'),
      ca: readFileSync(pki.caFile, 'utf8'),
    },
    seal: {
      key: readFileSync(pki.registrySeal.keyFile, 'utf8'),
      certificate: readFileSync(pki.registrySeal.certificateFile, 'utf8'),
    },
  })
  const out = output(undefined)
  for (const registry of catalogue.adapters.keys()) out.line(`${registry} ${simulator.url(registry)}`)
  out.complain(`client certificate: ${pki.broker.client.certificateFile}`)
  out.complain(`answers are signed by: ${pki.registrySeal.certificateFile}`)
  await stopped
  await simulator.close()
}
