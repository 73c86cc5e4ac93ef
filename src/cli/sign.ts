import { readFileSync, writeFileSync } from 'node:fs'
import type { SignedFormat } from '../model/exchange.ts'
import { systemClock } from '../ops/clock.ts'
import { sealJws } from '../signature/seal-jws.ts'
import { fileSealer, type Sealer, sealXml } from '../signature/seal-xml.ts'
import { APPLICATION_TYPE } from '../signature/verify-jws.ts'
import { applicationOf, developmentKeys, type PartyKeys, scenarioNamed, scenariosOf, signedBytes } from './compose.ts'
import { settings } from './settings.ts'
import { WrongUsage } from './wrong-usage.ts'

export interface SignOptions {
  readonly scenario: string
  readonly scenarios?: string
  readonly set?: readonly string[]
  readonly party?: string
  readonly certificate?: string
  readonly key?: string
  readonly format: SignedFormat
  readonly out?: string
}

/** Signs, and writes where the options say. */
export async function sign(file: string | undefined, options: SignOptions): Promise<void> {
  const bytes = await signed(file, options)
  if (options.out === undefined) process.stdout.write(bytes)
  else writeFileSync(options.out, bytes)
}

async function signed(file: string | undefined, options: SignOptions): Promise<Uint8Array> {
  const config = settings()
  const scenario = scenarioNamed(scenariosOf(config, options.scenarios), options.scenario)
  const party = options.party ?? scenario.party
  const seal = ownSeal(options) ?? (await developmentKeys(config, party)).seal
  if (file !== undefined) return sealFile(readFileSync(file), fileSealer(seal.certificate, seal.key), options.format)
  const application = applicationOf({ ...scenario, party }, options.set ?? [], systemClock())
  return signedBytes(application, seal, scenario.tamper, options.format)
}

/** Every byte of the file is signed as it stands; its time of signing is now. */
const sealFile = (bytes: Uint8Array, sealer: Sealer, format: SignedFormat): Uint8Array =>
  format === 'xml'
    ? sealXml(bytes, sealer)
    : sealJws(bytes, sealer, { format, type: APPLICATION_TYPE, at: systemClock() })

function ownSeal({ certificate, key }: SignOptions): PartyKeys['seal'] | undefined {
  if (certificate === undefined && key === undefined) return undefined
  if (certificate === undefined || key === undefined) throw new WrongUsage('--certificate and --key go together')
  return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') }
}
