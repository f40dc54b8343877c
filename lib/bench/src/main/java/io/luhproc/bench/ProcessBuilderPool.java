package io.luhproc.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Runs children with ProcessBuilder alone. */
final class ProcessBuilderPool implements ChildPool {
  private final Path folder;
  private final boolean parallel;
  private final Process[] children;

  ProcessBuilderPool(Path folder, int count, boolean parallel) {
    this.folder = folder;
    this.parallel = parallel;
    this.children = new Process[count];
  }

  @Override
  public void start(int index) throws IOException {
    Path directory = ChildPool.createDirectory(folder, index);
    children[index] = launch(directory);
  }

  private static Process launch(Path directory) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(COMMAND);
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectOutput(append(directory, "out.log"));
    builder.redirectError(append(directory, "err.log"));
    return builder.start();
  }

  private static ProcessBuilder.Redirect append(Path directory, String name) {
    return ProcessBuilder.Redirect.appendTo(directory.resolve(name).toFile());
  }

  @Override
  public void startAll() throws IOException {
    if (parallel) {
      IntStream.range(0, children.length).parallel().forEach(this::startUnchecked);
      return;
    }
    for (int i = 0; i < children.length; i++) {
      start(i);
    }
  }

  private void startUnchecked(int index) {
    try {
      start(index);
    } catch (IOException e) {
      throw new IllegalStateException("cannot start child " + index, e);
    }
  }

  @Override
  public void kill(int index) {
    Process ignored = children[index].destroyForcibly().onExit().join();
  }

  @Override
  public void stop(int index) {
    children[index].destroy();
    Process ignored = children[index].onExit().join();
  }

  @Override
  public long respawn(int index) throws Exception {
    CompletableFuture<Long> respawned =
        children[index]
            .onExit()
            .thenApply(
                exited -> {
                  startUnchecked(index);
                  return System.nanoTime();
                });
    long start = System.nanoTime();
    children[index].destroyForcibly();
    return respawned.get() - start;
  }

  @Override
  public void close() {
    for (int i = 0; i < children.length; i++) {
      if (children[i] != null) {
        kill(i);
      }
    }
  }
}
