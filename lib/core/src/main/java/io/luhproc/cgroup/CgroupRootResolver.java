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
 * Decides in which cgroups those of supervised processes are created: in v2 if the own cgroup is
 * delegated, and in v1 for controllers that v2 does not have.
 */
final class CgroupRootResolver {
  static final List<String> LIMIT_CONTROLLERS = List.of("memory", "cpu", "pids", "io");
  // Mount options of v1 also contain others, such as rw.
  private static final Set<String> V1_CONTROLLERS =
      Set.of("memory", "cpu", "cpuacct", "pids", "blkio", "freezer");
  private static final String NOT_WRITABLE_REMEDY =
      "run as a user with write permission, mount it writable, or configure a writable cgroup by"
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
          "cgroup (%s) must be in a mounted cgroup hierarchy; mounted: %s"
              .formatted(path, mountPoints));
    }
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new LuhprocException("cannot create the cgroup " + path + ": " + e, e);
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

  /** Returns the own cgroup or its parent, if it is delegated to this process. */
  private Optional<Path> delegatedRoot(Optional<Path> ownCgroup) {
    if (ownCgroup.isEmpty() || !Files.exists(ownCgroup.get().resolve(CgroupDir.PROCS_FILE))) {
      return Optional.empty();
    }
    if (V2SubtreeControl.isHierarchyRoot(ownCgroup.get()) || isDelegated.test(ownCgroup.get())) {
      return ownCgroup;
    }
    // The parent is delegated with systemd's DelegateSubgroup=, or if an earlier call has moved
    // this
    // process into the leaf. In a cgroup of another supervisor, the parent belongs to that one.
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
                    "the cgroup " + ownCgroup + " is not delegated to this process",
                    UnavailableReason.DELEGATE_REMEDY))
        .orElseGet(
            () ->
                new UnavailableReason(
                    "the cgroup of this process is outside of the mount at "
                        + hierarchy.mount().mountPoint(),
                    UnavailableReason.DELEGATE_REMEDY));
  }

  private static boolean isWritable(Path cgroup) {
    return Files.isWritable(cgroup) && Files.isWritable(cgroup.resolve(CgroupDir.PROCS_FILE));
  }

  private static UnavailableReason notWritable(Path cgroup) {
    return new UnavailableReason(
        "the cgroup " + cgroup + " is not writable for this process", NOT_WRITABLE_REMEDY);
  }

  private void resolveV1(String controller) {
    if (roots.stream().noneMatch(directory -> directory.controllers().contains(controller))) {
      hierarchies.stream()
          .filter(it -> !it.isUnified() && controllersOf(it).contains(controller))
          .findFirst()
          .ifPresent(hierarchy -> addV1(hierarchy, controller));
    }
  }

  /** Needs no delegation: in v1, inner cgroups may contain processes, and file modes decide. */
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

  /** A root that is configured in one v1 hierarchy applies to every v1 hierarchy. */
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

  /** Returns the controllers by their v2 names. */
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
            ? "no cgroup hierarchy is mounted"
            : "neither " + roots.get(0).path() + " nor a v1 hierarchy has it";
    return new UnavailableReason(
        "the kernel offers no controller " + controller + ": " + where,
        "boot with cgroup v2 and this controller, or enable it in the parent cgroup");
  }
}
