package io.luhproc.supervisor;

import java.util.ArrayDeque;
import java.util.Deque;

/** What has been opened so far of something that is being put together, should the rest fail. */
final class Opened {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /** Notes a part, and returns it. */
  <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  /** Closes all parts, the last first, after something else failed. */
  void closeAfter(Throwable failure) {
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
  }
}
