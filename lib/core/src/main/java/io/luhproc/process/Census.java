package io.luhproc.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One look at the process table: decides of everybody who lives whose tree it belongs to.
 *
 * <p>The nearest cookie decides, that of the process itself or of its nearest ancestor who carries
 * one, so a worker that was started by a worker is another tree. Who has no cookie above belongs by
 * session or group.
 */
final class Census {
  private final ProcessTree tree;
  private final RollCall present;
  private final Map<Long, ProcessEntry> living;
  private final Map<Long, Owner> owners = new HashMap<>();

  Census(ProcessTree tree, RollCall present) {
    this.tree = tree;
    this.present = present;
    this.living = present.living();
    for (ProcessEntry entry : living.values()) {
      resolve(entry);
    }
    boolean grown = true;
    while (grown) {
      joinBands();
      grown = adopt();
    }
  }

  /** Walks up until somebody's owner is certain, and gives it to all on the way. */
  private void resolve(ProcessEntry start) {
    List<Long> way = new ArrayList<>();
    Optional<ProcessEntry> at = Optional.of(start);
    Owner owner = Owner.NOBODY;
    while (at.isPresent() && owner == Owner.NOBODY) {
      Owner decided = owners.get(at.get().pid());
      if (decided != null) {
        owner = decided;
        break;
      }
      owner = ownerBySelf(at.get());
      way.add(at.get().pid());
      // Rows are read one after the other, so reused pids may show a circle: seen ends the walk.
      owners.put(at.get().pid(), owner);
      at = Optional.ofNullable(living.get(at.get().parent()));
    }
    for (long pid : way) {
      owners.put(pid, owner);
    }
  }

  private Owner ownerBySelf(ProcessEntry entry) {
    if (tree.isRoot(entry)) {
      return Owner.OURS;
    }
    Owner carried = present.carriedBy(entry.pid());
    // Known and carrying another cookie: a child caught between fork and exec of another worker.
    return carried == Owner.NOBODY && tree.isKnown(entry) ? Owner.OURS : carried;
  }

  private void joinBands() {
    for (ProcessEntry entry : living.values()) {
      if (isOurs(entry)) {
        joinBand(entry.session(), entry);
        joinBand(entry.group(), entry);
      }
    }
  }

  private void joinBand(long band, ProcessEntry member) {
    if (isLedByUs(band)) {
      tree.join(band, member);
    }
  }

  /** A worker may be, for a moment, in the session of the shell that started it. */
  private boolean isLedByUs(long band) {
    ProcessEntry leader = living.get(band);
    return band > 1 && (leader == null || isOurs(leader));
  }

  private boolean adopt() {
    boolean grown = false;
    for (ProcessEntry entry : living.values()) {
      if (owners.get(entry.pid()) == Owner.NOBODY && belongs(entry)) {
        owners.put(entry.pid(), Owner.OURS);
        grown = true;
      }
    }
    return grown;
  }

  private boolean belongs(ProcessEntry entry) {
    return ProcessIdentity.isPid(entry.pid())
        && (owners.get(entry.parent()) == Owner.OURS
            || isIn(entry.session(), entry)
            || isIn(entry.group(), entry));
  }

  private boolean isIn(long band, ProcessEntry entry) {
    return isLedByUs(band) && tree.isIn(band, entry);
  }

  private boolean isOurs(ProcessEntry entry) {
    return owners.get(entry.pid()) == Owner.OURS;
  }

  /** Returns who belongs, without the JVM that we run in. */
  List<ProcessEntry> members(long self) {
    List<ProcessEntry> members = new ArrayList<>();
    for (ProcessEntry entry : living.values()) {
      if (isOurs(entry) && entry.pid() != self) {
        members.add(entry);
      }
    }
    return members;
  }

  /** Returns the groups of members that hold neither a stranger nor the JVM that we run in. */
  Set<Long> groups(long self) {
    Set<Long> groups = new HashSet<>();
    for (ProcessEntry entry : living.values()) {
      if (isOurs(entry) && ProcessIdentity.isPid(entry.group())) {
        groups.add(entry.group());
      }
    }
    for (ProcessEntry entry : living.values()) {
      if (!isOurs(entry) || entry.pid() == self) {
        groups.remove(entry.group());
      }
    }
    return groups;
  }
}
