/** How every command that reads a profile lets single settings be changed. */
export const setOption = {
  type: 'string',
  array: true,
  // One value for each --set, or it would take the profile that follows for another.
  nargs: 1,
  default: [] as string[],
  describe: 'Change one setting: path=value (repeatable)',
} as const;
