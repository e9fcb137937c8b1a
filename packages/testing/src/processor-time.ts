/**
 * Milliseconds that this process has spent computing since it was called (user and system time, of all its threads). On a machine that
 * is shared, that says how long something takes better than a clock on the wall.
 */
export function processorTime(): () => number {
  const begin = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / 1000;
  };
}
