package io.luhproc.cgroup;

/**
 * Memory event counters of a cgroup since its creation.
 *
 * @param limitHits how often the limit was reached, so that memory had to be reclaimed
 * @param outOfMemory how often reclaiming failed; always 0 with v1
 * @param oomKills number of processes killed for lack of memory. When a whole cgroup is killed it
 *     can exceed the number of processes, so only an increase is meaningful.
 */
public record MemoryEvents(long limitHits, long outOfMemory, long oomKills) {
  /** Counters without events, also used if none are available. */
  public static final MemoryEvents NONE = new MemoryEvents(0, 0, 0);

  /** Returns whether a process was killed for lack of memory since earlier counters. */
  public boolean hasOomKillSince(MemoryEvents earlier) {
    return oomKills > earlier.oomKills;
  }
}
