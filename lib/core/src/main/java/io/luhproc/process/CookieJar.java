package io.luhproc.process;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The cookies of all processes, each read once for each program that a process runs.
 *
 * <p>A cookie is part of the environment that execve(2) was given. Between fork and exec a process
 * has that of its parent, so pid and start time do not make it certain: only together with {@link
 * ProcessEntry#image()} do they. What was read may already be the cookie of the next program, when
 * the process went on between our two looks; its next row then shows another image, and the cookie
 * is read anew. A process whose image is not known is read every time.
 */
final class CookieJar {
  private final Map<Long, Kept> kept = new HashMap<>();

  /** Returns the cookie that a process of this row carries; empty when it has none. */
  String of(ProcessTable table, ProcessEntry entry) {
    Kept before = kept.get(entry.pid());
    if (before != null && before.isOf(entry)) {
      return before.cookie;
    }
    Optional<String> read = table.environment(entry.pid(), Cookie.VARIABLE);
    String cookie = read.isPresent() ? read.get() : "";
    if (entry.image() != 0) {
      kept.put(entry.pid(), new Kept(entry, cookie));
    }
    return cookie;
  }

  /** Forgets the cookies of all who live no more. */
  void keepOnly(Map<Long, ProcessEntry> living) {
    boolean ignored = kept.keySet().retainAll(living.keySet());
  }

  /** Returns of how many processes the cookie is kept. */
  int size() {
    return kept.size();
  }

  /** Not a record, see {@link EntrySet}. */
  private static final class Kept {
    private final long startTicks;
    private final long image;
    private final String cookie;

    Kept(ProcessEntry entry, String cookie) {
      this.startTicks = entry.startTicks();
      this.image = entry.image();
      this.cookie = cookie;
    }

    boolean isOf(ProcessEntry entry) {
      return startTicks == entry.startTicks() && image == entry.image();
    }
  }
}
