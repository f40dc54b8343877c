package io.luhproc.process;

import io.luhproc.posix.Children;
import io.luhproc.time.Threads;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * Starts processes by the JDK until what a {@link NativeSpawner} takes is loaded, which a thread of
 * its own does meanwhile; for ever where it cannot be loaded.
 */
final class LoadingSpawner implements Spawner {
  private final Spawner jdk;
  private volatile Spawner spawner;

  // Guarded by this.
  private boolean closed;

  private LoadingSpawner(Spawner jdk) {
    this.jdk = jdk;
    this.spawner = jdk;
  }

  /** Begins to load. */
  static LoadingSpawner start(Spawner jdk, Supplier<Optional<Children>> loader) {
    LoadingSpawner loading = new LoadingSpawner(jdk);
    Threads.daemon("load-spawn", () -> loading.load(loader)).start();
    return loading;
  }

  private void load(Supplier<Optional<Children>> loader) {
    try {
      loader.get().ifPresent(this::loaded);
    } catch (RuntimeException | Error e) {
      // No thread or no memory is left: then so it stays, and whoever needs them says so.
      LoggerFactory.getLogger(LoadingSpawner.class).debug("processes are started by the JDK", e);
    }
  }

  private synchronized void loaded(Children children) {
    if (closed) {
      children.close();
      return;
    }
    try {
      spawner = NativeSpawner.start(children, jdk);
    } catch (RuntimeException | Error e) {
      children.close();
      throw e;
    }
  }

  @Override
  public Child spawn(LaunchRequest request, String program, List<String> argv) {
    return spawner.spawn(request, program, argv);
  }

  @Override
  public synchronized void close() {
    closed = true;
    spawner.close();
  }
}
