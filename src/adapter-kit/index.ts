/**
 * What an adapter may use of edno: `edno/adapter-kit`. `docs/adapter-guide.md` tells how to write one.
 *
 * @module adapter-kit
 */
export * from './adapter.ts'
export type * from './later-answer.ts'
export { type OperationMaker, type OperationTools, openAdapter } from './operation.ts'
export { dataAdapter } from './data-adapter.ts'
export { keepFields } from './keep-fields.ts'
export { type RegistryHttp, type RegistryReply, type RegistryRequest } from './http/registry-http.ts'
export { regixOperation } from './regix/regix-operation.ts'
export { mappedRestOperation } from './rest/mapped-rest-operation.ts'
export { type RestReading, type RestWire, restOperation } from './rest/rest-operation.ts'
export { type SoapReading, type SoapWire, soapOperation } from './soap/soap-operation.ts'
export { childNamed, textOf, type XmlElement } from './soap/xml-element.ts'
export { type RegistrySql, type SqlQuestion, type SqlRow } from './sql/registry-sql.ts'
export { sqlOperation } from './sql/sql-operation.ts'
export {
  type Cast,
  defineSimulator,
  type StandIn,
  type StandInHandler,
  type StandInRoute,
  type StandInSoap,
} from './simulator.ts'
