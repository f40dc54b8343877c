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
final class CgroupRootResolver {
  static final List<String> LIMIT_CONTROLLERS = List.of("memory", "cpu", "pids", "io");
  // The mount options of v1 name them beside others, such as rw.
  private static final Set<String> V1_CONTROLLERS =
      Set.of("memory", "cpu", "cpuacct", "pids", "blkio", "freezer");
  private static final String NOT_WRITABLE_REMEDY =
      "run as a user that may write there, mount it writable, or name a group that is yours by"
          + " Supervisor.builder().cgroup(path)";

  private final List<CgroupHierarchy> hierarchies;
  private final Optional<Path> configuredRoot;
  private final Predicate<Path> isDelegated;
  private final List<CgroupDir> roots = new ArrayList<>();
  private final Map<String, UnavailableReason> unavailable = new HashMap<>();
  private Optional<UnavailableReason> v2Unavailable = Optional.empty();

  CgroupRootResolver(
      List<CgroupHierarchy> hierarchies,
      Optional<Path> configuredRoot,
      Predicate<Path> isDelegated) {
    this.hierarchies = hierarchies;
    this.configuredRoot = configuredRoot;
    this.isDelegated = isDelegated;
  }

  CgroupRoots resolve() {
    configuredRoot.ifPresent(this::createConfiguredRoot);
    hierarchies.stream().filter(CgroupHierarchy::isUnified).findFirst().ifPresent(this::resolveV2);
    LIMIT_CONTROLLERS.forEach(this::resolveV1);
    if (roots.stream().noneMatch(directory -> directory.version() == CgroupVersion.V2)) {
      resolveV1("freezer");
    }
    LIMIT_CONTROLLERS.forEach(this::recordUnavailable);
    return new CgroupRoots(List.copyOf(roots), Map.copyOf(unavailable));
  }

  private void createConfiguredRoot(Path path) {
    List<Path> mountPoints = hierarchies.stream().map(it -> it.mount().mountPoint()).toList();
    if (mountPoints.stream().noneMatch(path::startsWith)) {
      throw new LuhprocException(
          "cgroup (%s) must be a directory of a mounted hierarchy of control groups; mounted: %s"
              .formatted(path, mountPoints));
    }
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new LuhprocException("cannot make the control group " + path + ": " + e, e);
    }
  }

  private void resolveV2(CgroupHierarchy hierarchy) {
    Optional<Path> configured = configuredRoot.filter(hierarchy::contains);
    Optional<Path> root =
        configured.isPresent() ? configured : delegatedRoot(hierarchy.ownCgroup());
    if (root.isEmpty()) {
      v2Unavailable = Optional.of(notDelegated(hierarchy));
    } else if (!isWritable(root.get())) {
      v2Unavailable = Optional.of(notWritable(root.get()));
    } else {
      V2SubtreeControl subtreeControl = new V2SubtreeControl(root.get(), LIMIT_CONTROLLERS);
      roots.add(subtreeControl.enableControllers());
      unavailable.putAll(subtreeControl.unavailable());
    }
  }

  /** Returns our group, or the one above, where it is ours to make others in. */
  private Optional<Path> delegatedRoot(Optional<Path> ownCgroup) {
    if (ownCgroup.isEmpty() || !Files.exists(ownCgroup.get().resolve(CgroupDir.PROCS_FILE))) {
      return Optional.empty();
    }
    if (V2SubtreeControl.isHierarchyRoot(ownCgroup.get()) || isDelegated.test(ownCgroup.get())) {
      return ownCgroup;
    }
    // systemd's DelegateSubgroup=, or our own leaf of an earlier time. Never from the group that
    // another supervisor made for us: what is beside it is his.
    String name = String.valueOf(ownCgroup.get().getFileName());
    Path parent = ownCgroup.get().resolveSibling("").normalize();
    boolean isParentDelegated = name.equals(V2SubtreeControl.LEAF_NAME) || isDelegated.test(parent);
    return isParentDelegated && !name.startsWith(Cgroups.NAME_PREFIX)
        ? Optional.of(parent)
        : Optional.empty();
  }

  private static UnavailableReason notDelegated(CgroupHierarchy hierarchy) {
    return hierarchy
        .ownCgroup()
        .map(
            ownCgroup ->
                new UnavailableReason(
                    "the control group " + ownCgroup + " is not delegated to us",
                    UnavailableReason.DELEGATE_REMEDY))
        .orElseGet(
            () ->
                new UnavailableReason(
                    "our own control group is outside of what is mounted at "
                        + hierarchy.mount().mountPoint(),
                    UnavailableReason.DELEGATE_REMEDY));
  }

  private static boolean isWritable(Path group) {
    return Files.isWritable(group) && Files.isWritable(group.resolve(CgroupDir.PROCS_FILE));
  }

  private static UnavailableReason notWritable(Path group) {
    return new UnavailableReason(
        "the control group " + group + " is not writable for us", NOT_WRITABLE_REMEDY);
  }

  private void resolveV1(String controller) {
    if (roots.stream().noneMatch(directory -> directory.controllers().contains(controller))) {
      hierarchies.stream()
          .filter(it -> !it.isUnified() && controllersOf(it).contains(controller))
          .findFirst()
          .ifPresent(hierarchy -> addV1(hierarchy, controller));
    }
  }

  /** Without delegation: v1 lets groups have processes and groups, and its files say who may. */
  private void addV1(CgroupHierarchy hierarchy, String controller) {
    Optional<Path> root = v1Root(hierarchy);
    if (root.isEmpty()) {
      unavailable.put(controller, notDelegated(hierarchy));
    } else if (!isWritable(root.get())) {
      unavailable.put(controller, notWritable(root.get()));
    } else {
      roots.add(new CgroupDir(CgroupVersion.V1, root.get(), controllersOf(hierarchy)));
    }
  }

  /** A group that was named in one v1 hierarchy is meant in each, as they are made side by side. */
  private Optional<Path> v1Root(CgroupHierarchy hierarchy) {
    Optional<Path> configured =
        configuredRoot.flatMap(
            path ->
                hierarchies.stream()
                    .filter(it -> !it.isUnified() && it.contains(path))
                    .findFirst()
                    .map(it -> it.mount().mountPoint().relativize(path))
                    .map(relative -> hierarchy.mount().mountPoint().resolve(relative)));
    configured.ifPresent(this::createConfiguredRoot);
    return configured.isPresent() ? configured : hierarchy.ownCgroup();
  }

  /** Returns the controllers by the names that v2 has for them. */
  private static Set<String> controllersOf(CgroupHierarchy hierarchy) {
    Set<String> names = new HashSet<>(hierarchy.mount().controllers());
    names.retainAll(V1_CONTROLLERS);
    if (names.remove("blkio")) {
      names.add("io");
    }
    return Set.copyOf(names);
  }

  private void recordUnavailable(String controller) {
    if (roots.stream().noneMatch(directory -> directory.controllers().contains(controller))) {
      unavailable.putIfAbsent(
          controller, v2Unavailable.orElseGet(() -> controllerUnavailable(controller)));
    }
  }

  private UnavailableReason controllerUnavailable(String controller) {
    String where =
        roots.isEmpty()
            ? "no hierarchy of control groups is mounted here"
            : "neither " + roots.get(0).path() + " nor a v1 hierarchy has it";
    return new UnavailableReason(
        "the kernel offers no controller " + controller + ": " + where,
        "boot with cgroup v2 and this controller, or have it passed on by the group above");
  }
}
