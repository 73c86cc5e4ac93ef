/** Puts the values into the places `{}` of a sentence. */
export const fill = (sentence: string, ...values: readonly (string | number)[]): string =>
  values.reduce<string>((text, value) => text.replace('{}', () => String(value)), sentence)
