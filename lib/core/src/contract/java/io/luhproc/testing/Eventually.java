package io.luhproc.testing;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** Waits up to 20 s for an effect of another process or thread. */
public final class Eventually {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private Eventually() {}

  /** Waits until a condition is true. Fails with the description at the timeout. */
  public static void holds(String description, Callable<Boolean> condition) {
    holds(() -> description, condition);
  }

  /** Waits until a condition is true. The description is evaluated at the timeout. */
  public static void holds(Supplier<String> description, Callable<Boolean> condition) {
    Optional<Boolean> ignored =
        find(description, () -> condition.call() ? Optional.of(true) : Optional.empty());
  }

  /** Waits until a value is present and returns it. Fails with the description at the timeout. */
  public static <T> T present(String description, Callable<Optional<T>> value) {
    return find(() -> description, value).orElseThrow();
  }

  private static <T> Optional<T> find(Supplier<String> description, Callable<Optional<T>> value) {
    PolledValue<T> polled = new PolledValue<>(value);
    try {
      if (!Deadline.after(TimeSource.system(), TIMEOUT).await(polled::poll)) {
        throw new AssertionError(
            "not within " + TIMEOUT + ": " + description.get() + polled.failureSuffix(),
            polled.failure);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting: " + description.get(), e);
    }
    return polled.found;
  }

  private static final class PolledValue<T> {
    private final Callable<Optional<T>> value;
    private Optional<T> found = Optional.empty();
    private Exception failure;

    PolledValue(Callable<Optional<T>> value) {
      this.value = value;
    }

    boolean poll() {
      try {
        found = value.call();
        failure = null;
      } catch (Exception e) {
        // For example, a file that does not exist yet. The last failure is reported at the timeout.
        failure = e;
      }
      return found.isPresent();
    }

    String failureSuffix() {
      return failure == null ? "" : " (" + failure + ")";
    }
  }
}
