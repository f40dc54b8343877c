package io.luhproc.cgroup;

import io.luhproc.limits.LimitKind;
import io.luhproc.limits.ResourceLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/**
 * Creates the cgroups of supervised processes, in v2, in v1 or in both.
 *
 * <p>If cgroups are unavailable, it creates ones without directory, which report the reason.
 */
public final class Cgroups {
  /** Prefix of the directory name of every cgroup created here. */
  public static final String NAME_PREFIX = "luhproc-";

  // NAME_MAX (255), minus the prefix and room for suffixes.
  private static final int MAX_NAME_BYTES = 200;
  private static final BlockDevices SYSTEM_DEVICES = new BlockDevices(Path.of("/sys"));

  private final CgroupRoots roots;
  private final BlockDevices devices;

  Cgroups(CgroupRoots roots, BlockDevices devices) {
    this.roots = roots;
    this.devices = devices;
  }

  /**
   * Detects where cgroups can be created.
   *
   * <p>If the own v2 cgroup is delegated and its controllers are not enabled for nested cgroups
   * yet, all processes in it, including this JVM, are moved into a nested cgroup {@code
   * luhproc.self}. The kernel enables controllers only in cgroups without processes.
   */
  public static Cgroups detect() {
    return new Cgroups(resolveRoots(Path.of("/proc"), Optional.empty()), SYSTEM_DEVICES);
  }

  /**
   * Uses a configured root cgroup, which is created if it does not exist.
   *
   * @param root the directory, such as {@code /sys/fs/cgroup/shop}
   * @throws io.luhproc.LuhprocException if it is not in a mounted hierarchy or cannot be created
   */
  public static Cgroups withRoot(Path root) {
    Optional<Path> configuredRoot = Optional.of(root.toAbsolutePath().normalize());
    return new Cgroups(resolveRoots(Path.of("/proc"), configuredRoot), SYSTEM_DEVICES);
  }

  private static CgroupRoots resolveRoots(Path proc, Optional<Path> configuredRoot) {
    SystemdDelegation delegation = new SystemdDelegation("systemctl");
    return new CgroupRootResolver(
            CgroupHierarchy.read(proc), configuredRoot, delegation::isDelegated)
        .resolve();
  }

  /**
   * Returns an instance that creates no directories and enforces no limits.
   *
   * @param reason why cgroups are unavailable, for limit reports
   * @param remedy how to make them available
   */
  public static Cgroups unavailable(String reason, String remedy) {
    Map<String, UnavailableReason> unavailable = new HashMap<>();
    for (String controller : CgroupRootResolver.LIMIT_CONTROLLERS) {
      unavailable.put(controller, new UnavailableReason(reason, remedy));
    }
    return new Cgroups(new CgroupRoots(List.of(), unavailable), SYSTEM_DEVICES);
  }

  /** Returns whether cgroups can be created, possibly without controllers. */
  public boolean isAvailable() {
    return !roots.directories().isEmpty();
  }

  /**
   * Returns the limits that can be enforced; {@link #toString()} has the reasons for the others.
   */
  public Set<LimitKind> enforceableLimits() {
    Set<LimitKind> limits = new TreeSet<>();
    for (LimitKind limit : LimitKind.values()) {
      String controller = LimitWriter.controller(limit);
      if (roots.directories().stream().anyMatch(it -> it.controllers().contains(controller))) {
        limits.add(limit);
      }
    }
    return limits;
  }

  /**
   * Creates the cgroup of a process, or reuses an existing one with its processes, and sets its
   * limits.
   *
   * <p>It does not fail if the kernel rejects something; {@link Cgroup#limitReport()} says so. An
   * existing cgroup that is frozen and empty is thawed.
   *
   * @param name the name after {@link #NAME_PREFIX}: 1 to 200 bytes without {@code /} and control
   *     characters, unique in the root cgroup
   * @throws IllegalArgumentException if the name is invalid
   */
  public Cgroup create(String name, ResourceLimits limits) {
    checkName(name);
    List<CgroupDir> created = new ArrayList<>();
    boolean allNew = true;
    try {
      for (CgroupDir root : rootsFor(limits)) {
        CgroupDir directory = root.child(NAME_PREFIX + name);
        allNew &= createDirectory(directory.path());
        created.add(directory);
      }
    } catch (IOException e) {
      return rollBack(name, limits, created, e);
    }
    Cgroup cgroup = new Cgroup(name, created, new LimitWriter(created, roots, devices));
    if (allNew) {
      cgroup.setInitialLimits(limits);
    } else {
      reuseExisting(cgroup, limits);
    }
    return cgroup;
  }

  /** Skips the v1 hierarchy for disks unless there is an I/O limit. */
  private List<CgroupDir> rootsFor(ResourceLimits limits) {
    return limits.io().isEmpty()
        ? roots.directories().stream().filter(it -> !hasOnlyIoController(it)).toList()
        : roots.directories();
  }

  private static boolean hasOnlyIoController(CgroupDir root) {
    return root.version() == CgroupVersion.V1 && root.controllers().equals(Set.of("io"));
  }

  /** Returns false if the directory already exists. */
  private static boolean createDirectory(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
      return true;
    } catch (FileAlreadyExistsException expected) {
      return false;
    }
  }

  private static void reuseExisting(Cgroup cgroup, ResourceLimits limits) {
    cgroup.setLimits(limits);
    try {
      if (!cgroup.isPopulated()) {
        cgroup.thaw();
      }
    } catch (IOException e) {
      LoggerFactory.getLogger(Cgroups.class).debug("cannot thaw {}: {}", cgroup, e.getMessage());
    }
  }

  private Cgroup rollBack(
      String name, ResourceLimits limits, List<CgroupDir> created, IOException failure) {
    for (CgroupDir directory : created) {
      try {
        boolean ignored = CgroupSubtree.remove(directory);
      } catch (IOException ignored) {
        // An empty cgroup does no harm; the first failure is the one to report.
      }
    }
    Cgroups unavailable =
        unavailable("cannot create the cgroup: " + failure, UnavailableReason.DELEGATE_REMEDY);
    Cgroup cgroup =
        new Cgroup(name, List.of(), new LimitWriter(List.of(), unavailable.roots, devices));
    cgroup.setInitialLimits(limits);
    return cgroup;
  }

  /**
   * Returns the existing cgroup of a process, with unchanged limits; empty if there is none.
   *
   * @throws IllegalArgumentException if the name is invalid
   */
  public Optional<Cgroup> findExisting(String name) {
    checkName(name);
    List<CgroupDir> directories =
        roots.directories().stream()
            .map(root -> root.child(NAME_PREFIX + name))
            .filter(directory -> directory.hasFile(CgroupDir.PROCS_FILE))
            .toList();
    return directories.isEmpty()
        ? Optional.empty()
        : Optional.of(new Cgroup(name, directories, new LimitWriter(directories, roots, devices)));
  }

  /**
   * Returns the sorted names of all existing cgroups, including those of other supervisors.
   *
   * @throws IOException if they cannot be listed
   */
  public Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    for (CgroupDir root : roots.directories()) {
      for (CgroupDir child : root.children()) {
        String name = String.valueOf(child.path().getFileName());
        if (name.startsWith(NAME_PREFIX)) {
          names.add(name.substring(NAME_PREFIX.length()));
        }
      }
    }
    return names;
  }

  /**
   * Removes empty cgroups that an earlier supervisor has left.
   *
   * @param isOwned returns whether a name belongs to this supervisor; another one may be about to
   *     start a process in an empty cgroup
   * @return the names of cgroups that were not removed because they contain processes
   * @throws IOException if the cgroups cannot be listed or removed
   */
  public Set<String> removeEmpty(Predicate<String> isOwned) throws IOException {
    Set<String> populated = new TreeSet<>();
    for (String name : names()) {
      Optional<Cgroup> cgroup = isOwned.test(name) ? findExisting(name) : Optional.empty();
      if (cgroup.isPresent() && !cgroup.get().remove()) {
        populated.add(name);
      }
    }
    return populated;
  }

  private static void checkName(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    boolean hasInvalidCharacter =
        name.chars().anyMatch(character -> character == '/' || character < ' ');
    if (hasInvalidCharacter || length == 0 || length > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "name (%s) must be 1 to %d bytes without '/' and control characters"
              .formatted(name, MAX_NAME_BYTES));
    }
  }

  /** Returns the root cgroups, and the reason for each unavailable controller. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (CgroupDir root : roots.directories()) {
      text.append("cgroups in ").append(root.path()).append(" for ");
      text.append(new TreeSet<>(root.controllers())).append('\n');
    }
    new TreeMap<>(roots.unavailable())
        .forEach(
            (controller, reason) ->
                text.append("no ")
                    .append(controller)
                    .append(": ")
                    .append(reason.reason())
                    .append("; ")
                    .append(reason.remedy())
                    .append('\n'));
    return text.toString().strip();
  }
}
