package io.luhproc.directory;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Files that stay on the disk until this is closed, also when they are replaced or removed
 * meanwhile. To drop the last of a file takes the disk some time, and somebody may be waiting.
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
        // It was only held, neither read nor written.
      }
    }
  }
}
