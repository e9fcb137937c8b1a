/** The job cannot be done, for a reason the person at the terminal can act on. Ends the command with status 2. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
