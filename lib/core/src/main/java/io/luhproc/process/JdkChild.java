package io.luhproc.process;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.LoggerFactory;

/** A child that the JDK has started, and waits for on a thread of its own. */
record JdkChild(Process process) implements Child {

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public void onExit(Executor executor, IntConsumer ended) {
    // Not Process.onExit(), which waits for the process on the pool that all of the app shares.
    CompletableFuture<Void> ignored =
        process
            .toHandle()
            .onExit()
            .handle(
                (handle, failure) -> {
                  // It fails where the JDK finds no thread to tell on; the child has ended then
                  // too.
                  executor.execute(() -> tell(ended));
                  return null;
                });
  }

  private void tell(IntConsumer ended) {
    try {
      // The JDK has reaped it and is about to note its status, so this does not wait.
      ended.accept(process.waitFor());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LoggerFactory.getLogger(JdkChild.class).warn("interrupted at the end of {}", process, e);
    }
  }

  @Override
  public int waitFor() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public OptionalInt waitFor(Duration longest) throws InterruptedException {
    return process.waitFor(longest.toNanos(), TimeUnit.NANOSECONDS)
        ? OptionalInt.of(process.exitValue())
        : OptionalInt.empty();
  }

  @Override
  public void kill() {
    process.destroyForcibly();
  }
}
