package io.luhproc.log;

/**
 * An output stream of a process.
 *
 * @since 0.1
 */
public enum LogStream {
  /** Standard output, written to {@code out.log}. */
  OUT("out"),
  /** Standard error, written to {@code err.log}. */
  ERR("err");

  private final String prefix;

  LogStream(String prefix) {
    this.prefix = prefix;
  }

  /** Returns the name of the active file, {@code out.log} or {@code err.log}. */
  public String fileName() {
    return prefix + ".log";
  }

  /** Returns the prefix of all file names of this stream, {@code out} or {@code err}. */
  public String prefix() {
    return prefix;
  }
}
