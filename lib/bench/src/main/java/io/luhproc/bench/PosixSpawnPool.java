package io.luhproc.bench;

import io.luhproc.posix.PosixSpawner;
import io.luhproc.posix.SpawnRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Runs children with posix_spawn(3) and pidfds on the calling thread, and nothing else. This is the
 * lower bound of a supervisor on this machine.
 */
final class PosixSpawnPool implements ChildPool {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Path folder;
  private final PosixSpawner spawner = PosixSpawner.tryLoad(false).orElseThrow();
  private final int[] pids;

  PosixSpawnPool(Path folder, int count) {
    this.folder = folder;
    this.pids = new int[count];
  }

  @Override
  public void start(int index) throws IOException {
    Path directory = ChildPool.createDirectory(folder, index);
    SpawnRequest request =
        new SpawnRequest(
            COMMAND.get(0),
            COMMAND,
            Map.of(),
            directory,
            Optional.of(directory.resolve("out.log")),
            Optional.of(directory.resolve("err.log")));
    pids[index] = spawner.spawn(request);
    if (!spawner.watchExit(pids[index])) {
      throw new IOException("cannot watch child " + pids[index] + ": no file descriptor is left");
    }
  }

  @Override
  public void startAll() throws IOException {
    for (int i = 0; i < pids.length; i++) {
      start(i);
    }
  }

  @Override
  public void kill(int index) throws IOException {
    boolean ignored = ProcessHandle.of(pids[index]).orElseThrow().destroyForcibly();
    while (!spawner.awaitExits(TIMEOUT).contains(pids[index])) {
      // Another child has exited.
    }
    if (spawner.reap(pids[index]).isEmpty()) {
      throw new IOException("child " + pids[index] + " runs, although its exit was reported");
    }
    pids[index] = 0;
  }

  @Override
  public long respawn(int index) throws IOException {
    long start = System.nanoTime();
    kill(index);
    start(index);
    return System.nanoTime() - start;
  }

  @Override
  public void close() {
    for (int i = 0; i < pids.length; i++) {
      if (pids[i] > 0) {
        try {
          kill(i);
        } catch (IOException e) {
          throw new IllegalStateException("cannot kill child " + pids[i], e);
        }
      }
    }
    spawner.close();
  }
}
