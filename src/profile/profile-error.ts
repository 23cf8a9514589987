import { UsageError } from '../base/errors.js';

/** One thing that is wrong: `where` is `file:line:column`, or the option that brought it in. */
export interface Problem {
  readonly where: string;
  readonly message: string;
}

/** A profile that cannot be used, with everything that is wrong with it: one problem a line. */
export class ProfileError extends UsageError {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[], options: { hint?: string; cause?: unknown } = {}) {
    super(problems.map(({ where, message }) => `${where}: ${message}`).join('\n'), options);
    this.problems = problems;
  }
}
