package io.luhproc.spawn;

import io.luhproc.process.ProcessEnd;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.LoggerFactory;

/**
 * A child that {@link ProcessBuilder} has started; the JDK uses one thread per child to reap it.
 */
record JdkChildProcess(Process process) implements ChildProcess {

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public void onExit(Executor executor, IntConsumer listener) {
    // Not Process.onExit(), which blocks a thread of the common pool until the exit.
    CompletableFuture<Void> ignored =
        process
            .toHandle()
            .onExit()
            .handle(
                (handle, failure) -> {
                  // On failure too: the JDK had no thread for the callback, but the child exited.
                  executor.execute(() -> notifyExit(listener));
                  return null;
                });
  }

  private void notifyExit(IntConsumer listener) {
    try {
      // The JDK has reaped it and is about to store its status, so this hardly blocks.
      listener.accept(process.waitFor());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LoggerFactory.getLogger(JdkChildProcess.class)
          .warn("cannot report the exit of {}: interrupted", process, e);
    }
  }

  @Override
  public ProcessEnd end(Instant time, int status) {
    return ProcessEnd.ofExitCode(time, status);
  }

  @Override
  public int waitFor() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public OptionalInt waitFor(Duration timeout) throws InterruptedException {
    return process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  @Override
  public void kill() {
    process.destroyForcibly();
  }
}
