package io.luhproc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts, kills and respawns a number of sleeping children, each with its output in two files. */
interface ChildPool extends AutoCloseable {
  /** Command of each child; it exits by itself if this program cannot kill it. */
  List<String> COMMAND = List.of("/bin/sleep", "900");

  /** Creates, if needed, and returns the output directory of a child. */
  static Path createDirectory(Path folder, int index) throws IOException {
    Path directory = folder.resolve("s" + index);
    if (Files.notExists(directory)) {
      Files.createDirectory(directory);
    }
    return directory;
  }

  /** Starts a child and returns when it runs. */
  void start(int index) throws Exception;

  /** Starts all children and returns when they run. */
  void startAll() throws Exception;

  /** Kills a child and returns when it is gone. */
  void kill(int index) throws Exception;

  /** Sends SIGTERM to a child and returns when it is gone. */
  default void stop(int index) throws Exception {
    kill(index);
  }

  /** Kills the first {@code count} children and returns when they are gone. */
  default void killFirst(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      kill(i);
    }
  }

  /** Kills a child and returns the time until its replacement runs, in nanoseconds. */
  long respawn(int index) throws Exception;

  /** Kills all children. */
  @Override
  void close();
}
