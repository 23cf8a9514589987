/** What a tool did against the null broker in one window. */
export interface Measured {
  readonly messagesPerSecond: number;
  /** Of the tool's process, all its threads; the null broker is a process of its own. */
  readonly cpuMicrosPerMessage: number;
}
