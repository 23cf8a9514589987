import { withTexts } from './tree.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A copy in which every `${NAME}` of every text is the variable's value, and `$${` is `${`. */
export function withEnvironment(value: unknown, environment: Environment): unknown {
  return withTexts(value, (text) =>
    text.replace(reference, (written, name: string | undefined) =>
      name === undefined ? '${' : (variable(name, environment) ?? written),
    ),
  );
}

/** What is wrong with the references of one text, which the file has quoted or not. */
export function referenceProblems(
  text: string,
  isQuoted: boolean,
  environment: Environment,
): string[] {
  const names = [...text.matchAll(reference)].flatMap(([, name]) => name ?? []);
  if (names.length > 0 && !isQuoted) {
    return [`\${${names[0]}} is only replaced inside quotes: write "…\${${names[0]}}…"`];
  }
  return names
    .filter((name) => variable(name, environment) === undefined)
    .map((name) => `the environment variable ${name} is not set`);
}

/** An escaped `$${`, or a reference with its name. */
const reference = /\$\$\{|\$\{([^}]*)\}/g;

function variable(name: string, environment: Environment): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined;
}
