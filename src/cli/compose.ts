import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { developmentPki, type Keys } from '../app/keys.ts'
import { loadRules } from '../app/rules.ts'
import { newApplication, sealApplication } from '../client/compose.ts'
import type { Config } from '../config/config.ts'
import type { Application } from '../model/application.ts'
import type { SignedFormat } from '../model/exchange.ts'
import { partyId } from '../model/ids.ts'
import { systemClock } from '../ops/clock.ts'
import { fileSealer } from '../signature/seal-xml.ts'
import { loadScenarios, type Scenario, withValues } from './demo/scenarios.ts'
import { sentenceOf } from './mistake-sentences.ts'
import { tamperWith } from './tamper.ts'
import { WrongUsage } from './wrong-usage.ts'

/** Key files of one party; PEM texts. */
export interface PartyKeys {
  readonly ca: string
  readonly brokerCertificate: string
  readonly tls: { readonly certificate: string; readonly key: string }
  readonly seal: { readonly certificate: string; readonly key: string }
}

/** Those of the demonstration, or of a file of the same form. */
export const scenariosOf = (config: Config, file = join(config.root, 'config', 'demo', 'scenarios.yaml')): Scenario[] =>
  loadScenarios(file)

export function scenarioNamed(scenarios: readonly Scenario[], name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found !== undefined) return found
  throw new WrongUsage(`there is no scenario ${name}; known: ${scenarios.map((scenario) => scenario.name).join(', ')}`)
}

/** A fresh application of a scenario; `values` such as `vehicle.plate=…` are set into its body. */
export function applicationOf(scenario: Scenario, values: readonly string[], now: Date): Application {
  const pairs = values.map((text): [string, string] => {
    const at = text.indexOf('=')
    if (at < 1) throw new WrongUsage(`--set takes name.of.field=value, not ${text}`)
    return [text.slice(0, at), text.slice(at + 1)]
  })
  const { service, legalBasis, applicant, body } = scenario
  const official = { identifier: 'clerk-1', names: 'Служител Примеров', position: 'главен специалист' }
  const consumer = partyId(scenario.party)
  const draft = { consumer, service, case: scenario.case, official, legalBasis, applicant }
  return newApplication({ ...draft, body: withValues(body, Object.fromEntries(pairs)) }, now)
}

/** Signed bytes; where the scenario says so, one letter is changed after signing. */
export function signedBytes(
  application: Application,
  seal: PartyKeys['seal'],
  tamper: boolean,
  format: SignedFormat = 'xml',
): Uint8Array {
  const bytes = sealApplication(application, fileSealer(seal.certificate, seal.key), format)
  return tamper ? tamperWith(bytes, format) : bytes
}

/** The keys of a party in the development PKI of this data directory; made on first use. */
export async function developmentKeys(config: Config, party: string): Promise<PartyKeys> {
  if (config.keys !== undefined)
    throw new Error('this edno has its own keys; sign with your own software, or with --certificate and --key')
  try {
    const { governance } = await loadRules(config)
    const pki = await developmentPki(config, [...governance.parties.values()], systemClock())
    return partyKeys(pki, party)
  } catch (error) {
    if (error instanceof WrongUsage) throw error
    return keptKeys(join(config.dataDirectory, 'pki'), party, error)
  }
}

/** A mistake in config/ must not keep a party from a running edno, which keeps to its old rules: its keys are there already. */
function keptKeys(pki: string, party: string, why: unknown): PartyKeys {
  const files = {
    ca: join(pki, 'ca.crt'),
    broker: join(pki, 'broker', 'seal.crt'),
    tls: { certificate: join(pki, 'parties', party, 'tls.crt'), key: join(pki, 'parties', party, 'tls.key') },
    seal: { certificate: join(pki, 'parties', party, 'seal.crt'), key: join(pki, 'parties', party, 'seal.key') },
  }
  const { ca, broker, tls, seal } = files
  if (![ca, broker, ...Object.values(tls), ...Object.values(seal)].every((file) => existsSync(file)))
    throw new Error(`this command reads config/ to make the keys of ${party}, and: ${sentenceOf(why)}`, { cause: why })
  const text = (file: string): string => readFileSync(file, 'utf8')
  return {
    ca: text(ca),
    brokerCertificate: text(broker),
    tls: { certificate: text(tls.certificate), key: text(tls.key) },
    seal: { certificate: text(seal.certificate), key: text(seal.key) },
  }
}

export function partyKeys(pki: NonNullable<Keys['development']>, party: string): PartyKeys {
  const files = pki.parties.get(party)
  if (files === undefined)
    throw new WrongUsage(`there is no party ${party}; known: ${[...pki.parties.keys()].join(', ')}`)
  const text = (file: string): string => readFileSync(file, 'utf8')
  return {
    ca: text(pki.caFile),
    brokerCertificate: text(pki.broker.seal.certificateFile),
    tls: { certificate: text(files.tls.certificateFile), key: text(files.tls.keyFile) },
    seal: { certificate: text(files.seal.certificateFile), key: text(files.seal.keyFile) },
  }
}
