package io.luhproc.directory;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that are kept open so that they stay on the disk until this is closed.
 *
 * <p>Unlinking the last reference of a file can block on the disk; this delays it until the caller
 * is served.
 */
final class OpenHandles implements Closeable {
  private final List<Closeable> handles = new ArrayList<>(2);

  void add(Closeable file) {
    handles.add(file);
  }

  @Override
  public void close() {
    for (Closeable file : handles) {
      try {
        file.close();
      } catch (IOException ignored) {
        // The file was only kept open, neither read nor written.
      }
    }
  }
}
