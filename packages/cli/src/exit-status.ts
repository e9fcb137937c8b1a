/** What the command's number says to CI. */
export const exitStatus = {
  nothingToAnswerFor: 0,
  /** New findings, or a stale document under --check. */
  findings: 1,
  /** Bad flags, a bad configuration, an unreadable project, or a part of it that was skipped and is not listed. */
  couldNotDoTheJob: 2,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];
