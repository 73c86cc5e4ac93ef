import { type Command, Option } from 'commander'
import type { CheckOptions } from '../adapter/check.ts'
import type { NewOptions } from '../adapter/new.ts'
import { langOption } from '../options.ts'

/** Registries are brought in by adapters. */
export function addAdapter(program: Command): void {
  const adapter = program.command('adapter').description('begin an adapter of a registry, and check it')
  adapter
    .command('new [name]')
    .description('write a folder with an adapter that works: on a terminal what is missing is asked for')
    .addOption(
      new Option('--transport <transport>', 'what the registry speaks').choices(['rest', 'soap', 'regix', 'sql']),
    )
    .option('--dir <folder>', 'where the folder is made; the current one otherwise')
    .addOption(langOption())
    .addHelpText(
      'after',
      '\nExamples:\n  edno adapter new fishing-licences --transport sql --dir ~/registers\n  edno adapter new dog-register --transport rest',
    )
    .action(async (name: string | undefined, options: NewOptions) => {
      const { newAdapter } = await import('../adapter/new.ts')
      process.exitCode = (await newAdapter(name, options)) ? 0 : 1
    })
  adapter
    .command('check <folder>')
    .description('run everything that edno relies on of an adapter against its own stand-in')
    .addOption(
      new Option('--reporter <reporter>', 'lines for people, TAP 14, JUnit XML, or one JSON object')
        .choices(['text', 'tap', 'junit', 'json'])
        .default('text'),
    )
    .option(
      '--sign-with <file>',
      'an Ed25519 private key (PEM): writes the signed report conformance.jws into the folder',
    )
    .addOption(langOption())
    .addHelpText(
      'after',
      '\nExamples:\n  edno adapter check ~/registers/fishing-licences\n  edno adapter check . --reporter junit > report.xml',
    )
    .action(async (folder: string, options: CheckOptions) => {
      const { checkAdapter } = await import('../adapter/check.ts')
      process.exitCode = (await checkAdapter(folder, options)) ? 0 : 1
    })
}
