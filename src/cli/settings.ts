import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load-config.ts'
import { findRoot } from '../config/root.ts'

/** The configuration of this process: files, and the environment it was started in. */
export const settings = (): Config => loadConfig({ root: findRoot(), environment: process.env })

/** The same again while edno runs, and the operator's own file. */
export const reread = {
  config: settings,
  get file(): string | undefined {
    return process.env['EDNO_CONFIG']
  },
}
