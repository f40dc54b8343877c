package io.luhproc.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A process table that holds what a test puts into it. */
final class ScriptedTable implements ProcessTable {
  static final String BOOT = "this-boot";

  private final Map<Long, ProcessEntry> rows = new TreeMap<>();
  private final Map<Long, String> cookies = new HashMap<>();
  private long start = 1000;

  /** Adds a process that is younger than all before it. */
  ProcessEntry add(long pid, long parent, long session) {
    return add(pid, parent, session, session);
  }

  ProcessEntry add(long pid, long parent, long session, long group) {
    start++;
    ProcessEntry entry =
        new ProcessEntry(
            pid, parent, group, session, 'S', start, Duration.ZERO, 4096, 1, "p" + pid, start);
    rows.put(pid, entry);
    cookies.remove(pid);
    return entry;
  }

  ProcessIdentity identity(long pid) {
    return new ProcessIdentity(pid, rows.get(pid).startTicks(), BOOT);
  }

  void cookie(long pid, Object directory) {
    cookies.put(pid, directory.toString());
  }

  /** Lets a process run another program, with another cookie. */
  void exec(long pid, Object directory) {
    ProcessEntry was = rows.get(pid);
    rows.put(pid, copy(was, was.parent(), was.state(), was.image() + 1_000_000));
    cookie(pid, directory);
  }

  void state(long pid, char state) {
    ProcessEntry was = rows.get(pid);
    rows.put(pid, copy(was, was.parent(), state, was.image()));
  }

  private static ProcessEntry copy(ProcessEntry was, long parent, char state, long image) {
    return new ProcessEntry(
        was.pid(),
        parent,
        was.group(),
        was.session(),
        state,
        was.startTicks(),
        was.cpuTime(),
        was.rssBytes(),
        was.threads(),
        was.name(),
        image);
  }

  /** Takes a process away; its children go to init. */
  void end(long pid) {
    rows.remove(pid);
    cookies.remove(pid);
    for (ProcessEntry child : List.copyOf(rows.values())) {
      if (child.parent() == pid) {
        rows.put(child.pid(), copy(child, 1, child.state(), child.image()));
      }
    }
  }

  @Override
  public Optional<ProcessEntry> find(long pid) {
    return Optional.ofNullable(rows.get(pid));
  }

  @Override
  public List<ProcessEntry> all() {
    return new ArrayList<>(rows.values());
  }

  @Override
  public Optional<String> environment(long pid, String variable) {
    return variable.equals("LUHPROC_DIR")
        ? Optional.ofNullable(cookies.get(pid))
        : Optional.empty();
  }

  @Override
  public String bootId() {
    return BOOT;
  }

  /** Returns the same process with another start: who had its pid at another time. */
  static ProcessEntry startedAt(ProcessEntry was, long startTicks) {
    return new ProcessEntry(
        was.pid(),
        was.parent(),
        was.group(),
        was.session(),
        was.state(),
        startTicks,
        was.cpuTime(),
        was.rssBytes(),
        was.threads(),
        was.name(),
        was.image());
  }
}
