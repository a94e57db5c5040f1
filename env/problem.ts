/** Input that a person can mend: says what is wrong, where, and what to do. Commands answer it with exit code 2. */
export class InputProblem extends Error {
  override readonly name = 'InputProblem';
}
