/** What an exemption's claim about its callers is checked against. */
import type { Site } from "../../trace/value.js";

export interface Reach {
  readonly requests: readonly {
    /** `GET /api/v1/alerts/:id` */
    readonly name: string;
    /** It is behind an administrator's guard. */
    readonly isAdmin: boolean;
  }[];
  /** No other can reach it: every call that could has been followed. */
  readonly isClosed: boolean;
}

/** What reaches the path at this place; null when nobody knows. */
export type ReachedBy = (path: Site) => Reach | null;

export const reachUnknown: ReachedBy = () => null;
