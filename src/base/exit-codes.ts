/** Every status the process can end with: the contract with shells and CI jobs. */
export const exitCodes = {
  good: 0,
  /** A fault of rmqbench itself. */
  internal: 1,
  /** A bad profile, flag or file. */
  usage: 2,
  /** The broker, the testbed or the network failed. */
  broker: 3,
  /** Measured, and bad: a regression, a failing claim under --strict, or confirmed messages lost. */
  bad: 4,
  inconclusive: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
