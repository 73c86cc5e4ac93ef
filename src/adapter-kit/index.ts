/** What an adapter may use of edno; `docs/CONTRIBUTING.md` tells how to write one. */
export * from './adapter.ts'
export { openAdapter } from './operation.ts'
export { regixOperation } from './regix/regix-operation.ts'
export { type RestWire, restOperation } from './rest/rest-operation.ts'
