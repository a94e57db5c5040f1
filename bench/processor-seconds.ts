/** Seconds on the processor, whatever else the machine does. */
export function processorSeconds(): number {
  return process.cpuUsage().user / 1e6;
}
