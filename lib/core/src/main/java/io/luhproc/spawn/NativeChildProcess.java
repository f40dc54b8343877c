package io.luhproc.spawn;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** A child that {@link NativeSpawner} starts and reaps. */
final class NativeChildProcess implements ChildProcess {
  private final int pid;
  private final Consumer<NativeChildProcess> killer;
  private final CompletableFuture<Integer> status = new CompletableFuture<>();

  NativeChildProcess(int pid, Consumer<NativeChildProcess> killer) {
    this.pid = pid;
    this.killer = killer;
  }

  /** Publishes the exit status after the child was reaped. */
  void complete(int exitStatus) {
    boolean ignored = status.complete(exitStatus);
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public void onExit(Executor executor, IntConsumer listener) {
    CompletableFuture<Void> ignored = status.thenAcceptAsync(listener::accept, executor);
  }

  @Override
  public int waitFor() throws InterruptedException {
    try {
      return status.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("completed exceptionally, which never happens", e);
    }
  }

  @Override
  public OptionalInt waitFor(Duration timeout) throws InterruptedException {
    try {
      return OptionalInt.of(status.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException expected) {
      return OptionalInt.empty();
    } catch (ExecutionException e) {
      throw new IllegalStateException("completed exceptionally, which never happens", e);
    }
  }

  @Override
  public void kill() {
    killer.accept(this);
  }

  @Override
  public String toString() {
    return "child " + pid;
  }
}
