package io.luhproc.testing;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Waits in real time for what other processes and threads do, 20 s at most. */
public final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Eventually() {}

  /** Waits until a condition holds; fails with {@code what} when it does not. */
  public static void holds(String what, Callable<Boolean> condition) {
    holds(() -> what, condition);
  }

  /** The same, with a description that is made when the wait is over: the log of a child, say. */
  public static void holds(Supplier<String> what, Callable<Boolean> condition) {
    Optional<Boolean> ignored =
        find(what, () -> condition.call() ? Optional.of(true) : Optional.empty());
  }

  /** Waits until there is a value, and returns it; fails with {@code what} when there is none. */
  public static <T> T present(String what, Callable<Optional<T>> value) {
    return find(() -> what, value).orElseThrow();
  }

  private static <T> Optional<T> find(Supplier<String> what, Callable<Optional<T>> value) {
    Wanted<T> wanted = new Wanted<>(value);
    try {
      if (!Deadline.after(TimeSource.system(), PATIENCE).await(wanted::look)) {
        throw new AssertionError(
            "not within " + PATIENCE + ": " + what.get() + wanted.trouble(), wanted.failure);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting: " + what.get(), e);
    }
    return wanted.found;
  }

  private static final class Wanted<T> {
    private final Callable<Optional<T>> value;
    private Optional<T> found = Optional.empty();
    private Exception failure;

    Wanted(Callable<Optional<T>> value) {
      this.value = value;
    }

    boolean look() {
      try {
        found = value.call();
        failure = null;
      } catch (Exception e) {
        // A file that is not there yet, say; the last one is told when the time is over.
        failure = e;
      }
      return found.isPresent();
    }

    String trouble() {
      return failure == null ? "" : " (" + failure + ")";
    }
  }
}
