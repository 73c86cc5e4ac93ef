import { isCancel, password } from '@clack/prompts'
import { WrongUsage } from './wrong-usage.ts'

/** What is typed on a terminal without being shown there; the question goes where errors go. */
export async function askUnseen(message: string): Promise<string> {
  const typed = await password({ message, output: process.stderr })
  if (isCancel(typed)) throw new WrongUsage('nothing was typed')
  return typed
}
