/**
 * What an expression may call. A closed list: regular expressions (slow on hostile text), clocks and the CEL library's
 * own extensions stay out, so that every expression ends quickly and means the same tomorrow.
 */
export const FUNCTIONS: ReadonlySet<string> = new Set(['has', 'size', 'string', 'int', 'double', 'dyn'])

export const METHODS: ReadonlySet<string> = new Set(['size', 'startsWith', 'endsWith', 'contains', 'substring'])

const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter', 'map'])

export const isMacro = (name: string): boolean => MACROS.has(name)
