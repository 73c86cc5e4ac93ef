/** What the checks of Троян's taxi application say, in the order of the service. */
export const TAXI_PASSED = [
  'driver-alive',
  'driver-certified',
  'driver-fit',
  'trader-active',
  'trader-without-debts',
  'carrier-licensed',
  'owner-is-trader',
  'vehicle-inspected',
  'vehicle-insured',
  'managers-alive',
  'managers-unconvicted',
].map((check) => `${check} pass`)

/** The same application asked through the RegiX door, by a client that signs none. */
export const TAXI_QUESTION =
  '<Question xmlns="urn:edno:exchange:1"><Applicant><IdentifierType>eik</IdentifierType><Identifier>999999995</Identifier>' +
  '<Names>Измислица Такси ЕООД</Names></Applicant><Body><driver><egn>8427029967</egn></driver><trader><kind>company</kind>' +
  '<uic>999999995</uic></trader><vehicle><plate>ОВ0000АА</plate></vehicle></Body></Question>'
