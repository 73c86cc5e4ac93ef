import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { SchemaMistake } from '../schema/mistake.ts'
import { type LocatedMistake, locateMistakes, readYaml, type YamlFile, YamlRefused } from '../schema/read-yaml.ts'

type Judge = (value: unknown) => readonly SchemaMistake[]

/** A document that its schema accepts, with its lines. */
export interface ReadDocument<Content> {
  readonly content: Content
  readonly yaml: YamlFile
}

/** Collects mistakes, so that an operator mends all of them at once. */
export class MistakeList {
  readonly #mistakes: LocatedMistake[] = []

  add(...mistakes: readonly LocatedMistake[]): void {
    this.#mistakes.push(...mistakes)
  }

  /** At the line of `path` in the document. */
  at(yaml: YamlFile, path: readonly (string | number)[], message: string): void {
    this.#mistakes.push({ file: yaml.file, line: yaml.lineOf(path), message })
  }

  all(): readonly LocatedMistake[] {
    return [...this.#mistakes]
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` (${error.code})` : ''

/** Undefined where the file is refused; why stands in `mistakes`. */
export const readDocument = <Content>(
  file: string,
  judge: Judge,
  mistakes: MistakeList,
): ReadDocument<Content> | undefined => {
  try {
    const yaml = readYaml(file)
    const found = judge(yaml.value)
    mistakes.add(...locateMistakes(yaml, found))
    return found.length === 0 ? { content: yaml.value as Content, yaml } : undefined
  } catch (error) {
    if (error instanceof YamlRefused) mistakes.add(...error.mistakes)
    else mistakes.add({ file, line: 1, message: `cannot be read${codeOf(error)}` })
    return undefined
  }
}

const yamlFilesOf = (folder: string, mistakes: MistakeList): readonly string[] => {
  try {
    const names = readdirSync(folder).sort()
    for (const name of names.filter((each) => /\.(yml|json)$/.test(each))) {
      mistakes.add({ file: join(folder, name), line: 1, message: 'is not read: the name must end with .yaml' })
    }
    return names.filter((name) => name.endsWith('.yaml')).map((name) => join(folder, name))
  } catch (error) {
    mistakes.add({ file: folder, line: 1, message: `cannot be read${codeOf(error)}` })
    return []
  }
}

/** All documents of a folder in the order of their names. The name of each file is its `id`, so no id stands twice. */
export const readFolder = <Content extends { readonly id: string }>(
  folder: string,
  judge: Judge,
  mistakes: MistakeList,
): readonly ReadDocument<Content>[] =>
  yamlFilesOf(folder, mistakes).flatMap((file) => {
    const document = readDocument<Content>(file, judge, mistakes)
    if (document === undefined) return []
    if (document.content.id !== basename(file, '.yaml')) {
      mistakes.at(document.yaml, ['id'], 'id must be the name of the file')
      return []
    }
    return [document]
  })
