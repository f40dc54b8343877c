package io.luhproc.spawn;

import io.luhproc.posix.PosixSpawner;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;

/**
 * Reaps the orphans that this JVM adopts as PID 1 or as a child subreaper: processes whose parent
 * has exited.
 *
 * <p>A zombie that no other thread has reaped for {@value #SCANS} scans, one per second, is an
 * orphan. While there is no zombie, there is a scan every five seconds, and one after each exit of
 * a child, which may leave orphans. The JDK waits for each of its children in a thread of its own
 * and reaps it at once, so its exit statuses are not lost. Children of the {@link NativeSpawner}
 * are left alone.
 *
 * <p>A scan costs one waitid(2) unless there is a zombie. Not thread-safe.
 */
final class OrphanReaper {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration QUIET_INTERVAL = Duration.ofSeconds(5);
  private static final int SCANS = 3;

  private final PosixSpawner posixSpawner;
  private final ProcessTable table = ProcessTable.system();
  private final TimeSource time;
  private final IntPredicate isOwnChild;
  private long lastScanNanos;
  private boolean postponed;
  // In how many scans each zombie was seen so far; a pid is not reused before it is reaped.
  private Map<Integer, Integer> zombies = new HashMap<>();

  /**
   * Creates a reaper.
   *
   * @param isOwnChild tells the children that the caller reaps itself, by pid
   */
  OrphanReaper(PosixSpawner posixSpawner, TimeSource time, IntPredicate isOwnChild) {
    this.posixSpawner = posixSpawner;
    this.time = time;
    this.isOwnChild = isOwnChild;
    this.lastScanNanos = time.nanoTime();
  }

  /** Returns the time after which {@link #reap} must be called if no child exits. */
  Duration delay() {
    return zombies.isEmpty() && !postponed ? QUIET_INTERVAL : INTERVAL;
  }

  /** Scans unless the last scan was less than a second ago. */
  void reap() {
    long now = time.nanoTime();
    postponed = now - lastScanNanos < INTERVAL.toNanos();
    if (postponed) {
      return;
    }
    lastScanNanos = now;
    Map<Integer, Integer> seen = new HashMap<>();
    if (posixSpawner.hasZombie()) {
      for (long pid : ProcessInfoReader.system().childPids(table.currentPid())) {
        if (isForeignZombie(pid)) {
          seen.put((int) pid, zombies.getOrDefault((int) pid, 0) + 1);
        }
      }
    }
    seen.forEach(this::reapIfOrphan);
    zombies = seen;
  }

  private boolean isForeignZombie(long pid) {
    Optional<ProcessStat> stat = table.find(pid);
    return stat.isPresent() && stat.get().isDead() && !isOwnChild.test((int) pid);
  }

  private void reapIfOrphan(int pid, int scans) {
    if (scans >= SCANS) {
      OptionalInt ignored = posixSpawner.reap(pid);
    }
  }
}
