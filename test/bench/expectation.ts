/** Printed beside the figures, never asserted: a machine that is busy would say nothing about edno. */
export const expectation = (what: string, figure: string, met: boolean): string =>
  `- ${what}: ${figure}, **${met ? 'met' : 'not met'}**.`
