import type { Command } from 'commander'

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('run edno until SIGINT or SIGTERM')
    .addHelpText('after', '\nExample:\n  EDNO_ENV=production EDNO_CONFIG=/etc/edno/config.json edno serve')
    .action(async () => {
      const { serve } = await import('../serve.ts')
      await serve()
    })
}
