import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { findRoot } from '../../config/root.ts'
import { output } from '../output.ts'
import { WrongUsage } from '../wrong-usage.ts'
import { type Asked, askForMissing, type Given } from './ask-for-missing.ts'
import { commonFiles } from './template/manifest.ts'
import { operatorFiles } from './template/operator-files.ts'
import { readmeFiles } from './template/readme.ts'
import type { NewTransport, Template, TemplateFiles } from './template/template.ts'
import { wireFiles } from './template/wires.ts'

export interface NewOptions {
  readonly transport?: NewTransport
  readonly dir?: string
  readonly lang?: string
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const LONGEST_NAME = 40

/** Writes a folder that passes `edno adapter check`; false where a person at the terminal thought better of it. */
export async function newAdapter(name: string | undefined, options: NewOptions): Promise<boolean> {
  const out = output(options.lang)
  const asked = await completed({ name, transport: options.transport }, out.language)
  if (asked === undefined) return false
  const folder = join(resolve(options.dir ?? '.'), asked.name)
  if (existsSync(folder)) throw new WrongUsage(`${folder} exists already`)
  const schemas = relative(folder, join(findRoot(), 'schemas')).split(sep).join('/')
  const template: Template = { ...asked, schemas }
  const files = {
    ...commonFiles(template),
    ...wireFiles(template),
    ...operatorFiles(template),
    ...readmeFiles(template),
  }
  write(folder, files)
  out.line(folder)
  out.complain(
    out.text({
      bg: `готово: ${Object.keys(files).length} файла. Сега: edno adapter check ${folder}`,
      en: `done: ${Object.keys(files).length} files. Next: edno adapter check ${folder}`,
    }),
  )
  return true
}

/** Throws `WrongUsage` where something is missing and nobody is there to be asked, or the name is none. */
async function completed(given: Given, language: 'bg' | 'en'): Promise<Asked | undefined> {
  const { name, transport } = given
  if (name !== undefined && !isName(name))
    throw new WrongUsage(
      `a name is small Latin letters, digits and single hyphens, at most ${LONGEST_NAME}: not ${name}`,
    )
  if (name !== undefined && transport !== undefined) return { name, transport }
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    const missing = [...(name === undefined ? ['NAME'] : []), ...(transport === undefined ? ['--transport'] : [])]
    throw new WrongUsage(`${missing.join(' and ')} missing, and there is no terminal to ask on`)
  }
  return askForMissing(given, isName, language)
}

const isName = (text: string): boolean => NAME.test(text) && text.length <= LONGEST_NAME

function write(folder: string, files: TemplateFiles): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`)
  }
}
