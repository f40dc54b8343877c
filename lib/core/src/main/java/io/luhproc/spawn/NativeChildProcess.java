package io.luhproc.spawn;

import io.luhproc.posix.PosixSpawner;
import io.luhproc.process.ProcessEnd;
import java.time.Duration;
import java.time.Instant;
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
  private static final int SIGNAL_MASK = 0x7f;
  private static final int SIGNAL_STATUS_BASE = 128;

  private final int pid;
  private final Consumer<NativeChildProcess> killer;
  private final CompletableFuture<Integer> status = new CompletableFuture<>();
  // Written before the status is completed; 0 if no signal killed it.
  private volatile int signal;

  NativeChildProcess(int pid, Consumer<NativeChildProcess> killer) {
    this.pid = pid;
    this.killer = killer;
  }

  /** Publishes the status of wait(2), after the child was reaped. */
  void complete(int waitStatus) {
    int number = waitStatus & SIGNAL_MASK;
    boolean killed = waitStatus != PosixSpawner.UNKNOWN_STATUS && number != 0;
    signal = killed ? number : 0;
    // As Process.exitValue(): the arithmetic shift keeps UNKNOWN_STATUS.
    boolean ignored =
        status.complete(killed ? SIGNAL_STATUS_BASE + number : waitStatus >> Byte.SIZE);
  }

  @Override
  public ProcessEnd end(Instant time, int exitStatus) {
    return signal == 0
        ? ProcessEnd.ofExitCode(time, exitStatus)
        : ProcessEnd.ofSignal(time, signal);
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
