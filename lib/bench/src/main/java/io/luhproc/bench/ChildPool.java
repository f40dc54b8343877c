package io.luhproc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Somebody who holds a number of children that sleep, each with its output in two files. */
interface ChildPool extends AutoCloseable {
  /** What each child runs: it ends by itself should this program not get to end it. */
  List<String> COMMAND = List.of("/bin/sleep", "900");

  /** Returns the directory for the output of one, which is made where there is none. */
  static Path createDirectory(Path folder, int index) throws IOException {
    Path directory = folder.resolve("s" + index);
    if (Files.notExists(directory)) {
      Files.createDirectory(directory);
    }
    return directory;
  }

  /** Starts one and returns when it runs. */
  void start(int index) throws Exception;

  /** Starts all and returns when they run. */
  void startAll() throws Exception;

  /** Ends one, and returns when it is gone. */
  void kill(int index) throws Exception;

  /** Ends so many of the first, and returns when they are gone. */
  default void killFirst(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      kill(i);
    }
  }

  /** Kills one that is held, and returns how long it took until the next one was there. */
  long respawn(int index) throws Exception;

  /** Ends all. */
  @Override
  void close();
}
