import { existsSync, readFileSync } from 'node:fs'

/** The version of this edno: package.json lies above src/ and, built, above dist/. */
export function ownVersion(): string {
  const places = ['../..', '../../..'].map((up) => new URL(`${up}/package.json`, import.meta.url))
  const found = places.find((place) => existsSync(place))
  return found === undefined
    ? 'unknown'
    : (JSON.parse(readFileSync(found, 'utf8')) as { readonly version: string }).version
}
