export const REGIX_SERVICE = 'http://egov.bg/RegiX'
export const REGIX_DATA = 'http://egov.bg/RegiX/SignedData'
/** SOAPAction of V2's `Execute`. */
export const EXECUTE_ACTION = 'http://egov.bg/RegiX/IRegiXEntryPointV2/Execute'
/** Below the host: V2 over SOAP 1.1. */
export const V2_BASIC_PATH = '/RegiXEntryPointV2.svc/basic'
