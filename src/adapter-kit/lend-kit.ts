import { register } from 'node:module'

let lent = false

/**
 * Adapters from anywhere import `edno/adapter-kit`, and get the kit of the edno that opens them, whatever is installed beside
 * them. What an adapter that changed imports of its own is read anew with it.
 */
export function lendKit(): void {
  if (lent) return
  lent = true
  const kit = new URL(`./index${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href
  register(`data:text/javascript,${encodeURIComponent(hooksOf(kit))}`)
}

const hooksOf = (kit: string): string => `
const versionOf = (url = '') => /^file:[^#]*[?&]edno=([0-9a-f]+)/.exec(url)?.[1]
export async function resolve(specifier, context, next) {
  if (specifier === 'edno/adapter-kit') return { url: ${JSON.stringify(kit)}, format: 'module', shortCircuit: true }
  const found = await next(specifier, context)
  const version = /^\\.\\.?\\//.test(specifier) ? versionOf(context.parentURL) : undefined
  return version === undefined || found.url.includes('?') || found.url === ${JSON.stringify(kit)}
    ? found
    : { ...found, url: found.url + '?edno=' + version }
}
`
