/**
 * Imports a module of the built program: what is measured is what users run, and not what a loader
 * makes of the sources. `path` is below `dist`, and `T` the type of the source it was built from.
 */
export async function built<T>(path: string): Promise<T> {
  return (await import(new URL(`../../dist/${path}`, import.meta.url).href)) as T;
}
