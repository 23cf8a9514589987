import picocolors from 'picocolors';

/** Colours for the terminal; plain text where they are not wanted. */
export type Paint = Readonly<Record<'bold' | 'dim' | 'red' | 'green' | 'yellow', Brush>>;
type Brush = (text: string) => string;

/** Follows NO_COLOR, FORCE_COLOR and whether the stream is a terminal. */
export function paintFor(stream: { readonly isTTY?: boolean }): Paint {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  return picocolors.createColors(!NO_COLOR && (Boolean(FORCE_COLOR) || stream.isTTY === true));
}
