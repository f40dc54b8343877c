package io.luhproc.bench;

import com.zaxxer.nuprocess.NuAbstractProcessHandler;
import com.zaxxer.nuprocess.NuProcess;
import com.zaxxer.nuprocess.NuProcessBuilder;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Holds children by NuProcess, which reads their output by pipes instead of having it in files. */
final class NuHolder implements Holder {
  private final Child[] children;

  NuHolder(int count) {
    this.children = new Child[count];
  }

  @Override
  public void start(int index) {
    Child child = new Child();
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
  public void end(int index) {
    Child child = children[index];
    child.destroy();
    int ignored = child.ended.join();
  }

  /** At the same time: it hears of an end only after a quarter of a second. */
  @Override
  public void endAll(int count) {
    for (int i = 0; i < count; i++) {
      children[i].destroy();
    }
    for (int i = 0; i < count; i++) {
      int ignored = children[i].ended.join();
    }
  }

  @Override
  public long respawn(int index) throws Exception {
    CompletableFuture<Long> there =
        children[index].ended.thenApply(
            it -> {
              start(index);
              return System.nanoTime();
            });
    long start = System.nanoTime();
    children[index].destroy();
    return there.get() - start;
  }

  @Override
  public void close() {
    endAll((int) Arrays.stream(children).filter(Objects::nonNull).count());
  }

  private static final class Child extends NuAbstractProcessHandler {
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private @Nullable NuProcess process;

    void destroy() {
      Objects.requireNonNull(process).destroy(true);
    }

    @Override
    public void onExit(int status) {
      ended.complete(status);
    }
  }
}
