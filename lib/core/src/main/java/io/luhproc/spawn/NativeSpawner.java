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
 * Starts processes by posix_spawn(3): beside {@link ProcessBuilder} that takes a third of the time
 * or less, and one thread, {@code children}, that hears of all ends, instead of one for each child.
 *
 * <p>Each living child takes one descriptor, by which the kernel tells of its end; where there is
 * none left, the child is looked at ten times a second.
 *
 * <p>What the kernel or the C library refuses is tried by another spawner, which may have another
 * way and knows how to explain a refusal.
 */
final class NativeSpawner implements Spawner {
  private static final Duration NO_POLL_TIMEOUT = Duration.ofDays(20);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
  // One by which the kernel tells of the end. The others are for whoever records the launch: who
  // could not do that would have to kill what had just begun.
  private static final int DESCRIPTORS_PER_LAUNCH = 4;

  private final PosixSpawner posixSpawner;
  private final Spawner fallback;

  // Guarded by this: who lives, by pid; of those, whose end the kernel is to tell of once it can,
  // and who is looked at again and again.
  private final Map<Integer, NativeChildProcess> running = new HashMap<>();
  private final Set<Integer> unwatched = new HashSet<>();
  private final Set<Integer> polled = new HashSet<>();
  private int spawnsInProgress;
  private boolean closed;
  private boolean terminated;

  private NativeSpawner(PosixSpawner posixSpawner, Spawner fallback) {
    this.posixSpawner = posixSpawner;
    this.fallback = fallback;
  }

  /** Starts the thread; the children are closed when this is closed and none of them lives. */
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

  /** From the first statement on it is known, and reaped when it ends, whatever fails after it. */
  private synchronized NativeChildProcess register(int pid) {
    NativeChildProcess child = new NativeChildProcess(pid, this::kill);
    running.put(pid, child);
    boolean isWatched = false;
    try {
      isWatched = posixSpawner.watchExit(pid);
    } finally {
      if (!isWatched) {
        unwatched.add(pid);
        // So that the wait that is under way ends, and the next one is short.
        posixSpawner.wakeup();
      }
    }
    return child;
  }

  /** Who has been reaped has given his pid away. */
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

  /** Not once the thread knows: what it waited on is closed then, and its number is another's. */
  private void wakeIfDrained() {
    if (isDrained() && !terminated) {
      posixSpawner.wakeup();
    }
  }

  // Ends, on the thread of this.

  private void run() {
    while (!checkTerminated()) {
      try {
        posixSpawner.awaitExits(waitTimeout()).forEach(this::reap);
        reapAll(copyOf(unwatched));
        retryWatch();
        reapAll(copyOf(polled));
      } catch (IOException | RuntimeException | Error e) {
        // No memory, say. Whatever it was that was not told is looked at from now on.
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
    return unwatched.isEmpty() && polled.isEmpty() ? NO_POLL_TIMEOUT : POLL_INTERVAL;
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
        .warn("cannot wait for the ends of children", cause);
    try {
      TimeSource.system().sleep(POLL_INTERVAL);
    } catch (InterruptedException ignored) {
      // Nobody interrupts this thread, and it has to go on.
    }
  }

  /** One that is being traced may have ended and not be there to be reaped: it is looked at. */
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
