/** Names of elements, members and columns, and what maps join them with; no number that could be a person's. */
const PLAIN = /^(?!.*\d{6})[\w./:@*?[\]=-]{1,200}$/

/** A place that an adapter named. It is another's code: what its schemas and maps would not say is not kept. */
export const plainPlace = (text: unknown): string => (typeof text === 'string' && PLAIN.test(text) ? text : '?')
