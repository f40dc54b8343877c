package io.luhproc.process;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * Who of a roll call belongs to one tree. It goes down from those who certainly belong, so it costs
 * what the tree is large and not what the machine is, and next to nothing when the tree is gone.
 *
 * <p>The nearest cookie decides, that of the process itself or of its nearest ancestor who carries
 * one, so a worker that was started by a worker is another tree. Who has no cookie above belongs by
 * session or group.
 */
final class Census {
  // Rows are read one after the other, so reused pids may show a circle of parents.
  private static final int HIGHEST_TREE = 10_000;

  private final ProcessTree tree;
  private final RollCall present;
  private final Map<Long, ProcessEntry> ours = new HashMap<>();
  private final Queue<ProcessEntry> fresh = new ArrayDeque<>();

  Census(ProcessTree tree, RollCall present) {
    this.tree = tree;
    this.present = present;
    addCertain();
    boolean grown = true;
    while (grown) {
      addDescendants();
      joinBands();
      grown = adopt();
    }
  }

  private void addCertain() {
    addPresent(tree.rootPid());
    for (ProcessEntry carrier : present.carriers(tree.cookieName())) {
      addIfCertain(carrier);
    }
    for (long pid : tree.knownPids()) {
      addPresent(pid);
    }
    for (long pid : tree.confinedPids()) {
      addPresent(pid);
    }
  }

  private void addPresent(long pid) {
    Optional<ProcessEntry> entry = present.find(pid);
    if (entry.isPresent()) {
      addIfCertain(entry.get());
    }
  }

  private void addIfCertain(ProcessEntry entry) {
    Owner carried = carriedBy(entry);
    // Known and carrying another cookie: a child caught between fork and exec of another worker.
    if (carried == Owner.OURS
        || tree.isRoot(entry)
        || tree.isConfined(entry)
        || (carried == Owner.NOBODY && tree.isKnown(entry))) {
      add(entry);
    }
  }

  private Owner carriedBy(ProcessEntry entry) {
    return tree.ownerByCookie(entry, present.cookie(entry.pid()));
  }

  private void add(ProcessEntry entry) {
    if (ours.put(entry.pid(), entry) == null) {
      fresh.add(entry);
    }
  }

  private void addDescendants() {
    for (ProcessEntry parent = fresh.poll(); parent != null; parent = fresh.poll()) {
      for (ProcessEntry child : present.children(parent.pid())) {
        if (carriedBy(child) == Owner.NOBODY) {
          add(child);
        }
      }
    }
  }

  private void joinBands() {
    for (ProcessEntry entry : ours.values()) {
      joinBand(entry.session(), entry);
      joinBand(entry.group(), entry);
    }
  }

  private void joinBand(long band, ProcessEntry member) {
    if (isLedByUs(band)) {
      tree.join(band, member);
    }
  }

  /** A worker may be, for a moment, in the session of the shell that started it. */
  private boolean isLedByUs(long band) {
    return band > 1 && (present.find(band).isEmpty() || ours.containsKey(band));
  }

  private boolean adopt() {
    for (long band : tree.bands()) {
      if (isLedByUs(band)) {
        adoptFrom(band);
      }
    }
    return !fresh.isEmpty();
  }

  private void adoptFrom(long band) {
    for (ProcessEntry entry : present.band(band)) {
      if (!ours.containsKey(entry.pid())
          && ProcessIdentity.isPid(entry.pid())
          && tree.isIn(band, entry)
          && !isOfAnother(entry)) {
        add(entry);
      }
    }
  }

  /** Returns whether the nearest cookie above a process is another than ours. */
  private boolean isOfAnother(ProcessEntry entry) {
    Optional<ProcessEntry> at = Optional.of(entry);
    Owner owner = Owner.NOBODY;
    for (int i = 0; at.isPresent() && owner == Owner.NOBODY && i < HIGHEST_TREE; i++) {
      owner = carriedBy(at.get());
      at = present.find(at.get().parent());
    }
    return owner == Owner.ANOTHER;
  }

  /** Returns who belongs, without the JVM that we run in. */
  List<ProcessEntry> members(long self) {
    List<ProcessEntry> members = new ArrayList<>();
    for (ProcessEntry entry : ours.values()) {
      if (entry.pid() != self) {
        members.add(entry);
      }
    }
    return members;
  }

  /** Returns the groups of members that hold neither a stranger nor the JVM that we run in. */
  Set<Long> groups(long self) {
    Set<Long> groups = new HashSet<>();
    for (ProcessEntry entry : ours.values()) {
      if (ProcessIdentity.isPid(entry.group()) && isOursAlone(entry.group(), self)) {
        groups.add(entry.group());
      }
    }
    return groups;
  }

  private boolean isOursAlone(long group, long self) {
    for (ProcessEntry entry : present.band(group)) {
      if (entry.group() == group && (entry.pid() == self || !ours.containsKey(entry.pid()))) {
        return false;
      }
    }
    return true;
  }
}
