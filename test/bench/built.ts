/**
 * Imports a module as it was compiled for use (`npm run bench` compiles first): the loader that runs TypeScript directly
 * names every function anew whenever it is made, which would be counted as edno's time.
 */
export const built = async <Module>(file: string): Promise<Module> =>
  (await import(new URL(`../../dist/${file}`, import.meta.url).href)) as Module
