import type { Config } from '../config/config.ts'
import type { ConfigRefused } from '../config/config-refused.ts'
import { configFiles } from '../config/layers.ts'
import { loadConfig } from '../config/load-config.ts'
import { placeMistakes } from '../config/mistake-places.ts'
import { findRoot } from '../config/root.ts'
import type { LocatedMistake } from '../schema/read-yaml.ts'

/** The configuration of this process: files, and the environment it was started in. */
export const settings = (): Config => loadConfig({ root: findRoot(), environment: process.env })

/** The configuration's mistakes, each with the file and line where it was written. */
export function placed({ mistakes }: ConfigRefused): readonly LocatedMistake[] {
  const { EDNO_ENV: env = 'development', EDNO_CONFIG: file } = process.env
  return placeMistakes(mistakes, { files: configFiles(findRoot(), env, file), environment: process.env })
}

/** The same again while edno runs, and the operator's own file. */
export const reread = {
  config: settings,
  get file(): string | undefined {
    return process.env['EDNO_CONFIG']
  },
  placed,
}
