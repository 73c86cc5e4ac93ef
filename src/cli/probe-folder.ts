import { accessSync, constants, mkdirSync } from 'node:fs'
import { sentenceOf } from './mistake-sentences.ts'
import { WrongUsage } from './wrong-usage.ts'

/** Makes the folder of `--out` and sees that files can be written there, before anything is sent that cannot be taken back. */
export function probeFolder(folder: string | undefined): void {
  if (folder === undefined) return
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new WrongUsage(`nothing was sent: the evidence cannot be kept in ${folder}: ${sentenceOf(error)}`, {
      cause: error,
    })
  }
}
