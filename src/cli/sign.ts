import { readFileSync, writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { systemClock } from '../ops/clock.ts'
import { fileSealer, sealXml } from '../signature/seal-xml.ts'
import { applicationOf, developmentKeys, type PartyKeys, scenarioNamed, scenariosOf, signedBytes } from './compose.ts'
import { collect } from './options.ts'
import { settings } from './settings.ts'
import { WrongUsage } from './wrong-usage.ts'

interface SignOptions {
  readonly scenario: string
  readonly set?: readonly string[]
  readonly party?: string
  readonly certificate?: string
  readonly key?: string
  readonly out?: string
}

export function addSign(program: Command): void {
  program
    .command('sign [file]')
    .description('sign an application: FILE as it stands, or a fresh one composed from a scenario of the demonstration')
    .option('--scenario <name>', 'whose application to compose where no FILE is given', 'taxi')
    .option('--set <field=value>', 'a value of the body, such as vehicle.plate=ОВ0000АК; may be repeated', collect)
    .option('--party <id>', 'sign as this party, with its development key')
    .option('--certificate <file>', "sign with your own certificate (PEM) instead of a party's development key")
    .option('--key <file>', 'the private key of --certificate (PEM)')
    .option('--out <file>', 'where to write; standard output otherwise')
    .addHelpText('after', '\nExample:\n  edno sign --scenario taxi --out application.xml')
    .action(async (file: string | undefined, options: SignOptions) => {
      const signed = await sign(file, options)
      if (options.out === undefined) process.stdout.write(signed)
      else writeFileSync(options.out, signed)
    })
}

async function sign(file: string | undefined, options: SignOptions): Promise<Uint8Array> {
  const config = settings()
  const scenario = scenarioNamed(scenariosOf(config), options.scenario)
  const party = options.party ?? scenario.party
  const seal = ownSeal(options) ?? (await developmentKeys(config, party)).seal
  if (file !== undefined) return sealXml(readFileSync(file), fileSealer(seal.certificate, seal.key))
  const application = applicationOf({ ...scenario, party }, options.set ?? [], systemClock())
  return signedBytes(application, seal, scenario.tamper)
}

function ownSeal({ certificate, key }: SignOptions): PartyKeys['seal'] | undefined {
  if (certificate === undefined && key === undefined) return undefined
  if (certificate === undefined || key === undefined) throw new WrongUsage('--certificate and --key go together')
  return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') }
}
