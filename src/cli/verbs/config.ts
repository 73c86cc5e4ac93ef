import type { Command } from 'commander'
import type { CheckOptions } from '../config-check.ts'

export function addConfig(program: Command): void {
  const config = program.command('config').description('judge and show the configuration and the governance data')
  config
    .command('check')
    .description(
      'find every mistake in configuration, adapters, services, parties, grants, legal bases, authorities and certificates, with file and line',
    )
    .option('--json', 'one object instead of lines')
    .addHelpText('after', '\nExample:\n  edno config check')
    .action(async (options: CheckOptions) => {
      const { checkConfig } = await import('../config-check.ts')
      process.exitCode = (await checkConfig(options)) ? 0 : 1
    })
  config
    .command('show')
    .description('print the configuration in force; secrets never print')
    .addHelpText('after', '\nExample:\n  EDNO_ENV=production edno config show')
    .action(async () => {
      const { settings } = await import('../settings.ts')
      process.stdout.write(`${JSON.stringify(settings(), null, 2)}\n`)
    })
  config
    .command('health')
    .description('ask the edno of this configuration whether it is ready; for container health checks')
    .addHelpText('after', '\nExample:\n  edno config health')
    .action(async () => {
      const { isReady } = await import('../config-health.ts')
      const { settings } = await import('../settings.ts')
      process.exitCode = (await isReady(settings())) ? 0 : 1
    })
}
