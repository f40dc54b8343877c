package io.luhproc.spawn;

import io.luhproc.posix.PosixSpawner;
import io.luhproc.time.Threads;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * Starts processes by a fallback until a background thread has loaded the {@link NativeSpawner}. If
 * it cannot be loaded, the fallback stays in use.
 */
final class LazyNativeSpawner implements Spawner {
  private final Spawner fallback;
  private volatile Spawner current;

  // Guarded by this.
  private boolean closed;

  private LazyNativeSpawner(Spawner fallback) {
    this.fallback = fallback;
    this.current = fallback;
  }

  /** Starts the thread that loads. */
  static LazyNativeSpawner startLoading(Spawner fallback, Supplier<Optional<PosixSpawner>> loader) {
    LazyNativeSpawner lazy = new LazyNativeSpawner(fallback);
    Threads.daemon("load-spawn", () -> lazy.load(loader)).start();
    return lazy;
  }

  private void load(Supplier<Optional<PosixSpawner>> loader) {
    try {
      Optional<PosixSpawner> loaded = loader.get();
      loaded.ifPresent(this::switchTo);
      if (loaded.isEmpty() && ProcessHandle.current().pid() == 1) {
        LoggerFactory.getLogger(LazyNativeSpawner.class)
            .warn(
                "cannot reap orphans as PID 1: this JVM has no native access; run it below an init"
                    + " (docker run --init), or start java with --enable-native-access=ALL-UNNAMED"
                    + " on Linux with glibc 2.34 or later");
      }
    } catch (RuntimeException | Error e) {
      // No thread or memory is left. The fallback works, so this is no reason for a warning.
      LoggerFactory.getLogger(LazyNativeSpawner.class)
          .debug("cannot load posix_spawn(3); the JDK starts processes instead", e);
    }
  }

  private synchronized void switchTo(PosixSpawner posixSpawner) {
    if (closed) {
      posixSpawner.close();
      return;
    }
    try {
      current = NativeSpawner.start(posixSpawner, fallback);
    } catch (RuntimeException | Error e) {
      posixSpawner.close();
      throw e;
    }
  }

  @Override
  public ChildProcess spawn(LaunchRequest request, String program, List<String> argv) {
    return current.spawn(request, program, argv);
  }

  @Override
  public synchronized void close() {
    closed = true;
    current.close();
  }
}
