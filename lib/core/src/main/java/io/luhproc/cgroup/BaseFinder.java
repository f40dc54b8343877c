package io.luhproc.cgroup;

import io.luhproc.LuhprocException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Decides under which groups those of supervised processes may be made: v2 where our own group is
 * ours to divide, and v1 for what v2 does not have.
 */
final class BaseFinder {
  static final List<String> LIMITING = List.of("memory", "cpu", "pids", "io");
  // The mount options of v1 name them beside others, such as rw.
  private static final Set<String> LEGACY =
      Set.of("memory", "cpu", "cpuacct", "pids", "blkio", "freezer");
  private static final String READ_ONLY =
      "run as a user that may write there, mount it writable, or name a group that is yours by"
          + " Supervisor.builder().cgroup(path)";

  private final List<Hierarchy> hierarchies;
  private final Optional<Path> configured;
  private final Predicate<Path> delegated;
  private final List<GroupDir> found = new ArrayList<>();
  private final Map<String, Gap> gaps = new HashMap<>();
  private Optional<Gap> unifiedGap = Optional.empty();

  BaseFinder(List<Hierarchy> hierarchies, Optional<Path> configured, Predicate<Path> delegated) {
    this.hierarchies = hierarchies;
    this.configured = configured;
    this.delegated = delegated;
  }

  Bases find() {
    configured.ifPresent(this::makeConfigured);
    hierarchies.stream().filter(Hierarchy::isUnified).findFirst().ifPresent(this::findUnified);
    LIMITING.forEach(this::findLegacy);
    if (found.stream().noneMatch(directory -> directory.version() == Version.V2)) {
      findLegacy("freezer");
    }
    LIMITING.forEach(this::explain);
    return new Bases(List.copyOf(found), Map.copyOf(gaps));
  }

  private void makeConfigured(Path path) {
    List<Path> points = hierarchies.stream().map(it -> it.mount().point()).toList();
    if (points.stream().noneMatch(path::startsWith)) {
      throw new LuhprocException(
          "cgroup (%s) must be a directory of a mounted hierarchy of control groups; mounted: %s"
              .formatted(path, points));
    }
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new LuhprocException("cannot make the control group " + path + ": " + e, e);
    }
  }

  private void findUnified(Hierarchy hierarchy) {
    Optional<Path> named = configured.filter(hierarchy::contains);
    Optional<Path> base = named.isPresent() ? named : divisible(hierarchy.own());
    if (base.isEmpty()) {
      unifiedGap = Optional.of(notOurs(hierarchy));
    } else if (!isWritable(base.get())) {
      unifiedGap = Optional.of(notWritable(base.get()));
    } else {
      UnifiedBase unified = new UnifiedBase(base.get(), LIMITING);
      found.add(unified.prepare());
      gaps.putAll(unified.gaps());
    }
  }

  /** Returns our group, or the one above, where it is ours to make others in. */
  private Optional<Path> divisible(Optional<Path> own) {
    if (own.isEmpty() || !Files.exists(own.get().resolve(GroupDir.PROCS))) {
      return Optional.empty();
    }
    if (UnifiedBase.isRoot(own.get()) || delegated.test(own.get())) {
      return own;
    }
    // systemd's DelegateSubgroup=, or our own leaf of an earlier time. Never from the group that
    // another supervisor made for us: what is beside it is his.
    String name = String.valueOf(own.get().getFileName());
    Path above = own.get().resolveSibling("").normalize();
    boolean inOurs = name.equals(UnifiedBase.LEAF) || delegated.test(above);
    return inOurs && !name.startsWith(Cgroups.PREFIX) ? Optional.of(above) : Optional.empty();
  }

  private static Gap notOurs(Hierarchy hierarchy) {
    return hierarchy
        .own()
        .map(own -> new Gap("the control group " + own + " is not delegated to us", Gap.DELEGATE))
        .orElseGet(
            () ->
                new Gap(
                    "our own control group is outside of what is mounted at "
                        + hierarchy.mount().point(),
                    Gap.DELEGATE));
  }

  private static boolean isWritable(Path group) {
    return Files.isWritable(group) && Files.isWritable(group.resolve(GroupDir.PROCS));
  }

  private static Gap notWritable(Path group) {
    return new Gap("the control group " + group + " is not writable for us", READ_ONLY);
  }

  private void findLegacy(String controller) {
    if (found.stream().noneMatch(directory -> directory.controllers().contains(controller))) {
      hierarchies.stream()
          .filter(it -> !it.isUnified() && controllersOf(it).contains(controller))
          .findFirst()
          .ifPresent(hierarchy -> addLegacy(hierarchy, controller));
    }
  }

  /** Without delegation: v1 lets groups have processes and groups, and its files say who may. */
  private void addLegacy(Hierarchy hierarchy, String controller) {
    Optional<Path> base = legacyBase(hierarchy);
    if (base.isEmpty()) {
      gaps.put(controller, notOurs(hierarchy));
    } else if (!isWritable(base.get())) {
      gaps.put(controller, notWritable(base.get()));
    } else {
      found.add(new GroupDir(Version.V1, base.get(), controllersOf(hierarchy)));
    }
  }

  /** A group that was named in one v1 hierarchy is meant in each, as they are made side by side. */
  private Optional<Path> legacyBase(Hierarchy hierarchy) {
    Optional<Path> named =
        configured.flatMap(
            path ->
                hierarchies.stream()
                    .filter(it -> !it.isUnified() && it.contains(path))
                    .findFirst()
                    .map(it -> it.mount().point().relativize(path))
                    .map(inside -> hierarchy.mount().point().resolve(inside)));
    named.ifPresent(this::makeConfigured);
    return named.isPresent() ? named : hierarchy.own();
  }

  /** Returns the controllers by the names that v2 has for them. */
  private static Set<String> controllersOf(Hierarchy hierarchy) {
    Set<String> names = new HashSet<>(hierarchy.mount().controllers());
    names.retainAll(LEGACY);
    if (names.remove("blkio")) {
      names.add("io");
    }
    return Set.copyOf(names);
  }

  private void explain(String controller) {
    if (found.stream().noneMatch(directory -> directory.controllers().contains(controller))) {
      gaps.putIfAbsent(controller, unifiedGap.orElseGet(() -> missing(controller)));
    }
  }

  private Gap missing(String controller) {
    String where =
        found.isEmpty()
            ? "no hierarchy of control groups is mounted here"
            : "neither " + found.get(0).path() + " nor a v1 hierarchy has it";
    return new Gap(
        "the kernel offers no controller " + controller + ": " + where,
        "boot with cgroup v2 and this controller, or have it passed on by the group above");
  }
}
