package io.luhproc.spawn;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.LoggerFactory;

/** A child that the JDK has started, and waits for on a thread of its own. */
record JdkChildProcess(Process process) implements ChildProcess {

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public void onExit(Executor executor, IntConsumer listener) {
    // Not Process.onExit(), which waits for the process on the pool that all of the app shares.
    CompletableFuture<Void> ignored =
        process
            .toHandle()
            .onExit()
            .handle(
                (handle, failure) -> {
                  // It fails where the JDK finds no thread to tell on; the child has ended then
                  // too.
                  executor.execute(() -> notifyExit(listener));
                  return null;
                });
  }

  private void notifyExit(IntConsumer listener) {
    try {
      // The JDK has reaped it and is about to note its status, so this does not wait.
      listener.accept(process.waitFor());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LoggerFactory.getLogger(JdkChildProcess.class)
          .warn("interrupted at the end of {}", process, e);
    }
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
