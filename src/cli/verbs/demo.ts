import type { Command } from 'commander'
import type { DemoOptions } from '../demo/report.ts'
import { langOption } from '../options.ts'

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description("run a scenario against simulated registries and verify all of it; the default is Троян's taxi permit")
    .option('--scenario <name>', 'a row of docs/scenarios.md', 'taxi')
    .option('--json', 'one object on standard output')
    .option('--out <folder>', 'keep application, answer, receipt and certificates')
    .addOption(langOption())
    .addHelpText('after', '\nExample:\n  edno demo --scenario driver-dead --lang en')
    .action(async (options: DemoOptions) => {
      const { demo } = await import('../demo/demo.ts')
      process.exitCode = (await demo(options)) ? 0 : 1
    })
}
