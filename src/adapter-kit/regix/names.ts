export const REGIX_SERVICE = 'http://egov.bg/RegiX'
export const REGIX_DATA = 'http://egov.bg/RegiX/SignedData'
export const TEMPURI = 'http://tempuri.org/'
