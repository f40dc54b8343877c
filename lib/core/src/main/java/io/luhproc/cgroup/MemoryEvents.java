package io.luhproc.cgroup;

/**
 * How often a group came to its memory limit, ever since it was made.
 *
 * @param limitHits how often the limit was reached, and memory reclaimed first of all
 * @param outOfMemory how often nothing could be reclaimed; 0 with v1, which does not tell
 * @param oomKills how many processes were killed for it; the count may exceed that of the processes
 *     when a whole group is killed, so compare it with what it was, for more, and nothing else
 */
public record MemoryEvents(long limitHits, long outOfMemory, long oomKills) {
  /** Nothing happened, or nothing is known. */
  public static final MemoryEvents NONE = new MemoryEvents(0, 0, 0);

  /** Returns whether a process was killed for lack of memory since an earlier look. */
  public boolean hasOomKillSince(MemoryEvents earlier) {
    return oomKills > earlier.oomKills;
  }
}
