import type { Command } from 'commander'
import type { IncidentActOptions, IncidentListOptions } from '../incident.ts'
import { langOption } from '../options.ts'

/** For who may look at edno's database: its operator. */
export function addIncident(program: Command): void {
  const incident = program
    .command('incident')
    .description('calls that did not end by themselves: see them, have them asked again, or close them')
  incident
    .command('list')
    .description('the incidents that are open, oldest first')
    .option('--all', 'those that were decided on, too')
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText('after', '\nExample:\n  edno incident list')
    .action(async (options: IncidentListOptions) => {
      const { showIncidents } = await import('../incident.ts')
      await showIncidents(options)
    })
  addAct(incident, 'retry', 'have the registry asked again; what comes after the answer is a supplement of it')
  addAct(incident, 'close', 'let the call be late for good')
}

function addAct(incident: Command, verb: 'retry' | 'close', description: string): void {
  incident
    .command(`${verb} <number>`)
    .description(description)
    .requiredOption('--reason <text>', 'why; never about a person. A commitment to it stands in the exchange log')
    .option('--json', 'one object instead of sentences')
    .addOption(langOption())
    .addHelpText('after', `\nExample:\n  edno incident ${verb} 7 --reason "the registry is back"`)
    .action(async (id: string, options: IncidentActOptions) => {
      const incidents = await import('../incident.ts')
      process.exitCode = (await incidents[verb](id, options)) ? 0 : 1
    })
}
