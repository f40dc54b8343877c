package io.luhproc.spawn;

import io.luhproc.posix.PosixSpawner;
import io.luhproc.time.Threads;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * Starts processes by the JDK until what a {@link NativeSpawner} takes is loaded, which a thread of
 * its own does meanwhile; for ever where it cannot be loaded.
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

  /** Begins to load. */
  static LazyNativeSpawner startLoading(Spawner fallback, Supplier<Optional<PosixSpawner>> loader) {
    LazyNativeSpawner lazy = new LazyNativeSpawner(fallback);
    Threads.daemon("load-spawn", () -> lazy.load(loader)).start();
    return lazy;
  }

  private void load(Supplier<Optional<PosixSpawner>> loader) {
    try {
      loader.get().ifPresent(this::switchTo);
    } catch (RuntimeException | Error e) {
      // No thread or no memory is left: then so it stays, and whoever needs them says so.
      LoggerFactory.getLogger(LazyNativeSpawner.class).debug("processes are started by the JDK", e);
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
