package io.luhproc.process;

import io.luhproc.posix.Children;
import io.luhproc.posix.Posix;
import io.luhproc.posix.SpawnOrder;
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
  private static final Duration FOREVER = Duration.ofDays(20);
  private static final Duration PAUSE = Duration.ofMillis(100);
  // One by which the kernel tells of the end. The others are for whoever records the launch: who
  // could not do that would have to kill what had just begun.
  private static final int DESCRIPTORS_OF_A_LAUNCH = 4;

  private final Children children;
  private final Spawner otherwise;

  // Guarded by this: who lives, by pid; of those, whose end the kernel is to tell of once it can,
  // and who is looked at again and again.
  private final Map<Integer, NativeChild> living = new HashMap<>();
  private final Set<Integer> unwatched = new HashSet<>();
  private final Set<Integer> polled = new HashSet<>();
  private int beingSpawned;
  private boolean closed;
  private boolean over;

  private NativeSpawner(Children children, Spawner otherwise) {
    this.children = children;
    this.otherwise = otherwise;
  }

  /** Starts the thread; the children are closed when this is closed and none of them lives. */
  static NativeSpawner start(Children children, Spawner otherwise) {
    NativeSpawner spawner = new NativeSpawner(children, otherwise);
    Threads.daemon("children", spawner::run).start();
    return spawner;
  }

  // Starting.

  @Override
  public Child spawn(LaunchRequest request, String program, List<String> argv) {
    if (!enter()) {
      return otherwise.spawn(request, program, argv);
    }
    try {
      SpawnRefusal.checkDescriptors(request, DESCRIPTORS_OF_A_LAUNCH);
      return watch(children.spawn(order(request, program, argv)));
    } catch (IOException expected) {
      return otherwise.spawn(request, program, argv);
    } finally {
      leave();
    }
  }

  private static SpawnOrder order(LaunchRequest request, String program, List<String> argv) {
    OutputMode mode = request.output();
    Optional<Path> out =
        mode == OutputMode.TERMINAL
            ? Optional.empty()
            : Optional.of(request.out().toAbsolutePath());
    Optional<Path> err =
        mode == OutputMode.FILES ? Optional.of(request.err().toAbsolutePath()) : Optional.empty();
    return new SpawnOrder(program, argv, request.environment(), request.directory(), out, err);
  }

  private synchronized boolean enter() {
    if (!closed) {
      beingSpawned++;
    }
    return !closed;
  }

  private synchronized void leave() {
    beingSpawned--;
    wakeIfOver();
  }

  /** From the first statement on it is known, and reaped when it ends, whatever fails after it. */
  private synchronized NativeChild watch(int pid) {
    NativeChild child = new NativeChild(pid, this::kill);
    living.put(pid, child);
    boolean watched = false;
    try {
      watched = children.watch(pid);
    } finally {
      if (!watched) {
        unwatched.add(pid);
        // So that the wait that is under way ends, and the next one is short.
        children.wake();
      }
    }
    return child;
  }

  /** Who has been reaped has given his pid away. */
  private synchronized void kill(NativeChild child) {
    if (living.get((int) child.pid()) != child) {
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
    wakeIfOver();
  }

  /** Not once the thread knows: what it waited on is closed then, and its number is another's. */
  private void wakeIfOver() {
    if (isEnding() && !over) {
      children.wake();
    }
  }

  // Ends, on the thread of this.

  private void run() {
    while (!noteOver()) {
      try {
        children.awaitEnded(pause()).forEach(this::reap);
        lookAt(snapshot(unwatched));
        watchAgain();
        lookAt(snapshot(polled));
      } catch (IOException | RuntimeException | Error e) {
        // No memory, say. Whatever it was that was not told is looked at from now on.
        pollAll(e);
      }
    }
    children.close();
  }

  private synchronized boolean noteOver() {
    over = isEnding();
    return over;
  }

  private boolean isEnding() {
    return closed && beingSpawned == 0 && living.isEmpty();
  }

  private synchronized Duration pause() {
    return unwatched.isEmpty() && polled.isEmpty() ? FOREVER : PAUSE;
  }

  private synchronized List<Integer> snapshot(Set<Integer> pids) {
    return List.copyOf(pids);
  }

  private void lookAt(List<Integer> pids) {
    pids.forEach(this::reap);
  }

  private synchronized void watchAgain() {
    unwatched.removeIf(children::watch);
  }

  private void pollAll(Throwable e) {
    synchronized (this) {
      polled.addAll(living.keySet());
    }
    LoggerFactory.getLogger(NativeSpawner.class).warn("cannot wait for the ends of children", e);
    try {
      TimeSource.system().sleep(PAUSE);
    } catch (InterruptedException ignored) {
      // Nobody interrupts this thread, and it has to go on.
    }
  }

  /** One that is being traced may have ended and not be there to be reaped: it is looked at. */
  private void reap(int pid) {
    NativeChild child = null;
    OptionalInt status = OptionalInt.empty();
    synchronized (this) {
      if (living.containsKey(pid)) {
        status = children.reap(pid);
        if (status.isPresent()) {
          child = living.remove(pid);
          unwatched.remove(pid);
          polled.remove(pid);
        } else if (!unwatched.contains(pid)) {
          polled.add(pid);
        }
      }
    }
    if (child != null) {
      child.ended(status.getAsInt());
    }
  }
}
