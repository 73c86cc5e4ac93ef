import type { Command } from 'commander'
import type { ExplainOptions } from '../explain.ts'
import { langOption } from '../options.ts'

export function addExplain(program: Command): void {
  program
    .command('explain')
    .description(
      'which registries would be asked, on which basis, which fields come back and how long they are kept; or why not',
    )
    .option('--consumer <party>', 'who would ask; only the files of config/ are read, no agreements')
    .option('--party <id>', 'ask the running edno, as this party: it knows agreements too')
    .option('--url <url>', 'where edno listens; the configured address otherwise')
    .requiredOption('--service <id@version>', 'for what')
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText(
      'after',
      '\nExamples:\n  edno explain --consumer vidin --service taxi-permit@1\n  edno explain --party troyan --service taxi-permit@1',
    )
    .action(async (options: ExplainOptions) => {
      const { explain } = await import('../explain.ts')
      process.exitCode = (await explain(options)) ? 0 : 1
    })
}
