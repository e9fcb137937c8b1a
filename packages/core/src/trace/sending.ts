/**
 * What leaves the service: a mail, a call of an address that is not known beforehand. It is no path and is not judged by itself;
 * it says what those who take jobs out of a queue do with them.
 */
import type { Facts } from "./facts.js";
import type { Site, Value } from "./value.js";

export interface Sending {
  /** Whom it goes to: an address of a mail, a URL, or what its host is taken from. */
  readonly destination: Value;
  /** What is sent. */
  readonly content: Value;
  readonly site: Site;
  readonly facts: Facts;
  /** The function that was walked. */
  readonly root: string;
}
