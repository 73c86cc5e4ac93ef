/** What JSON can say. Evidence, bodies and stored plans are made of it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json }
export type JsonObject = { readonly [member: string]: Json }
