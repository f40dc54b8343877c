package io.luhproc.spawn;

import io.luhproc.posix.Posix;
import io.luhproc.posix.PosixSpawner;
import io.luhproc.posix.SpawnRequest;
import io.luhproc.process.OutputMode;
import io.luhproc.process.Signal;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * Starts processes by posix_spawn(3), which takes at most a third of the time of {@link
 * ProcessBuilder}.
 *
 * <p>One thread, {@code children}, reaps all children, instead of one thread per child. Each
 * running child uses one descriptor, a pidfd; without a free descriptor, the child is polled ten
 * times a second.
 *
 * <p>If this JVM adopts orphans, the thread reaps these too, see {@link OrphanReaper}.
 *
 * <p>If posix_spawn(3) fails, a fallback spawner tries again and explains a failure.
 */
final class NativeSpawner implements Spawner {
  private static final Duration NO_POLL_TIMEOUT = Duration.ofDays(20);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
  // One pidfd, and three for the caller, which must be able to write the record of the launch.
  private static final int DESCRIPTORS_PER_LAUNCH = 4;

  private final PosixSpawner posixSpawner;
  private final Spawner fallback;
  private final Optional<OrphanReaper> orphanReaper;

  // Guarded by this, as are the next five fields: the unreaped children by pid.
  private final Map<Integer, NativeChildProcess> running = new HashMap<>();
  // Children without a pidfd, for which one is requested again.
  private final Set<Integer> unwatched = new HashSet<>();
  // Children whose exit may have been reported, but that could not be reaped yet.
  private final Set<Integer> polled = new HashSet<>();
  private int spawnsInProgress;
  private boolean closed;
  private boolean terminated;

  private NativeSpawner(PosixSpawner posixSpawner, Spawner fallback) {
    this.posixSpawner = posixSpawner;
    this.fallback = fallback;
    this.orphanReaper =
        posixSpawner.adoptsOrphans()
            ? Optional.of(new OrphanReaper(posixSpawner, TimeSource.system(), this::isRunning))
            : Optional.empty();
  }

  /** Starts the thread. It closes {@code posixSpawner} once this is closed and no child is left. */
  static NativeSpawner start(PosixSpawner posixSpawner, Spawner fallback) {
    NativeSpawner spawner = new NativeSpawner(posixSpawner, fallback);
    Threads.daemon("children", spawner::run).start();
    return spawner;
  }

  // Starting.

  @Override
  public ChildProcess spawn(LaunchRequest request, String program, List<String> argv) {
    if (!beginSpawn()) {
      return fallback.spawn(request, program, argv);
    }
    try {
      SpawnFailureTranslator.checkDescriptors(request, DESCRIPTORS_PER_LAUNCH);
      return register(posixSpawner.spawn(toSpawnRequest(request, program, argv)));
    } catch (IOException expected) {
      return fallback.spawn(request, program, argv);
    } finally {
      endSpawn();
    }
  }

  private static SpawnRequest toSpawnRequest(
      LaunchRequest request, String program, List<String> argv) {
    OutputMode outputMode = request.outputMode();
    Optional<Path> stdout =
        outputMode == OutputMode.INHERIT
            ? Optional.empty()
            : Optional.of(request.stdout().toAbsolutePath());
    Optional<Path> stderr =
        outputMode == OutputMode.FILES
            ? Optional.of(request.stderr().toAbsolutePath())
            : Optional.empty();
    return new SpawnRequest(
        program, argv, request.environment(), request.workingDirectory(), stdout, stderr);
  }

  private synchronized boolean beginSpawn() {
    if (!closed) {
      spawnsInProgress++;
    }
    return !closed;
  }

  private synchronized void endSpawn() {
    spawnsInProgress--;
    wakeIfDrained();
  }

  /** Registers the child first of all, so that it is reaped even if watching it fails. */
  private synchronized NativeChildProcess register(int pid) {
    NativeChildProcess child = new NativeChildProcess(pid, this::kill);
    running.put(pid, child);
    boolean isWatched = false;
    try {
      isWatched = posixSpawner.watchExit(pid);
    } finally {
      if (!isWatched) {
        unwatched.add(pid);
        // Ends the current wait; the next one has a short timeout.
        posixSpawner.wakeup();
      }
    }
    return child;
  }

  /** Kills a child unless it was reaped: after that, its pid may belong to another process. */
  private synchronized void kill(NativeChildProcess child) {
    if (running.get((int) child.pid()) != child) {
      return;
    }
    try {
      boolean ignored = Posix.lazy().kill(child.pid(), Signal.KILL.number());
    } catch (IOException e) {
      LoggerFactory.getLogger(NativeSpawner.class).warn("cannot kill {}", child, e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    wakeIfDrained();
  }

  /** Wakes the thread, but not once it terminates: the descriptors are closed and may be reused. */
  private void wakeIfDrained() {
    if (isDrained() && !terminated) {
      posixSpawner.wakeup();
    }
  }

  // Exits, on the thread "children".

  private void run() {
    while (!checkTerminated()) {
      try {
        posixSpawner.awaitExits(waitTimeout()).forEach(this::reap);
        reapAll(copyOf(unwatched));
        retryWatch();
        reapAll(copyOf(polled));
        orphanReaper.ifPresent(OrphanReaper::reap);
      } catch (IOException | RuntimeException | Error e) {
        // Out of memory, for example. Exits may have been missed, so poll all children.
        pollAllAfter(e);
      }
    }
    posixSpawner.close();
  }

  private synchronized boolean checkTerminated() {
    terminated = isDrained();
    return terminated;
  }

  private boolean isDrained() {
    return closed && spawnsInProgress == 0 && running.isEmpty();
  }

  private synchronized Duration waitTimeout() {
    if (unwatched.isEmpty() && polled.isEmpty()) {
      return orphanReaper.map(OrphanReaper::delay).orElse(NO_POLL_TIMEOUT);
    }
    return POLL_INTERVAL;
  }

  private synchronized boolean isRunning(int pid) {
    return running.containsKey(pid);
  }

  private synchronized List<Integer> copyOf(Set<Integer> pids) {
    return List.copyOf(pids);
  }

  private void reapAll(List<Integer> pids) {
    pids.forEach(this::reap);
  }

  private synchronized void retryWatch() {
    unwatched.removeIf(posixSpawner::watchExit);
  }

  private void pollAllAfter(Throwable cause) {
    synchronized (this) {
      polled.addAll(running.keySet());
    }
    LoggerFactory.getLogger(NativeSpawner.class)
        .warn("cannot wait for exits of children; polling them instead", cause);
    try {
      TimeSource.system().sleep(POLL_INTERVAL);
    } catch (InterruptedException ignored) {
      // This thread is never interrupted, and must continue.
    }
  }

  /**
   * Reaps a child, or polls it from now on: a traced child cannot be reaped right after its exit.
   */
  private void reap(int pid) {
    NativeChildProcess child = null;
    OptionalInt status = OptionalInt.empty();
    synchronized (this) {
      if (running.containsKey(pid)) {
        status = posixSpawner.reap(pid);
        if (status.isPresent()) {
          child = running.remove(pid);
          unwatched.remove(pid);
          polled.remove(pid);
        } else if (!unwatched.contains(pid)) {
          polled.add(pid);
        }
      }
    }
    if (child != null) {
      child.complete(status.getAsInt());
    }
  }
}
