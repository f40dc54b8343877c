package io.luhproc.supervisor.runtime;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has been opened so far of something that is being put together, should the rest fail. */
public final class Closer {
  private final Deque<AutoCloseable> closeables = new ArrayDeque<>();

  /** Notes a part, and returns it. */
  public <T extends AutoCloseable> T add(T part) {
    closeables.push(part);
    return part;
  }

  /** Closes all parts, the last first, after something else failed. */
  public void closeAfter(Throwable failure) {
    for (AutoCloseable part : closeables) {
      try {
        part.close();
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
  }
}
