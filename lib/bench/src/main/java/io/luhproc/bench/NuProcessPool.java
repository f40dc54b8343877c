package io.luhproc.bench;

import com.zaxxer.nuprocess.NuAbstractProcessHandler;
import com.zaxxer.nuprocess.NuProcess;
import com.zaxxer.nuprocess.NuProcessBuilder;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Runs children with NuProcess, which reads their output from pipes instead of using files. */
final class NuProcessPool implements ChildPool {
  private final ExitHandler[] children;

  NuProcessPool(int count) {
    this.children = new ExitHandler[count];
  }

  @Override
  public void start(int index) {
    ExitHandler child = new ExitHandler();
    child.process = new NuProcessBuilder(child, COMMAND).start();
    children[index] = child;
  }

  @Override
  public void startAll() {
    for (int i = 0; i < children.length; i++) {
      start(i);
    }
  }

  @Override
  public void kill(int index) {
    ExitHandler child = children[index];
    child.destroy();
    int ignored = child.exitStatus.join();
  }

  /** Kills in parallel, because NuProcess reports an exit only after a quarter of a second. */
  @Override
  public void killFirst(int count) {
    for (int i = 0; i < count; i++) {
      children[i].destroy();
    }
    for (int i = 0; i < count; i++) {
      int ignored = children[i].exitStatus.join();
    }
  }

  @Override
  public long respawn(int index) throws Exception {
    CompletableFuture<Long> respawned =
        children[index].exitStatus.thenApply(
            status -> {
              start(index);
              return System.nanoTime();
            });
    long start = System.nanoTime();
    children[index].destroy();
    return respawned.get() - start;
  }

  @Override
  public void close() {
    killFirst((int) Arrays.stream(children).filter(Objects::nonNull).count());
  }

  private static final class ExitHandler extends NuAbstractProcessHandler {
    private final CompletableFuture<Integer> exitStatus = new CompletableFuture<>();
    private @Nullable NuProcess process;

    void destroy() {
      Objects.requireNonNull(process).destroy(true);
    }

    @Override
    public void onExit(int status) {
      exitStatus.complete(status);
    }
  }
}
