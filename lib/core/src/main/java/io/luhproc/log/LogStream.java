package io.luhproc.log;

/** One of the two streams that a process writes. */
public enum LogStream {
  /** The standard output, kept in {@code out.log}. */
  OUT("out"),
  /** The standard error, kept in {@code err.log}. */
  ERR("err");

  private final String prefix;

  LogStream(String prefix) {
    this.prefix = prefix;
  }

  /** Returns the name of the live file: {@code out.log} or {@code err.log}. */
  public String fileName() {
    return prefix + ".log";
  }

  /** Returns what the names of all files of this stream begin with: {@code out} or {@code err}. */
  public String prefix() {
    return prefix;
  }
}
