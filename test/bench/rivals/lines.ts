import { readFileSync } from 'node:fs'

/** Lines of a file below `rivals/`, without blank ones and comments. */
export const linesOf = (name: string): number =>
  readFileSync(new URL(name, import.meta.url), 'utf8')
    .replaceAll(/\/\*[\s\S]*?\*\//g, '')
    .split('\n')
    .filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length
