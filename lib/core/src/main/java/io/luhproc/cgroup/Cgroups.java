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
 * The control groups that this JVM may make, one for each supervised process: in v2, in v1, in
 * both, or none, and then why.
 */
public final class Cgroups {
  /** What the name of every group of ours begins with. */
  public static final String NAME_PREFIX = "luhproc-";

  // NAME_MAX of the kernel, less what "a few more bytes" of a controller's file may need.
  private static final int MAX_NAME_BYTES = 200;
  private static final BlockDevices SYSTEM_DEVICES = new BlockDevices(Path.of("/sys"));

  private final CgroupRoots roots;
  private final BlockDevices devices;

  Cgroups(CgroupRoots roots, BlockDevices devices) {
    this.roots = roots;
    this.devices = devices;
  }

  /**
   * Finds out which groups may be made. Where our own v2 group is delegated to us and controllers
   * have to be enabled for groups in it, all processes of it, this JVM among them, are moved into a
   * group {@code luhproc.self} in it, as the kernel demands.
   */
  public static Cgroups detect() {
    return new Cgroups(resolveRoots(Path.of("/proc"), Optional.empty()), SYSTEM_DEVICES);
  }

  /**
   * The same below a group that is ours because somebody says so; it is made when it is not there.
   *
   * @param root its directory, such as {@code /sys/fs/cgroup/shop}
   * @throws io.luhproc.LuhprocException when it is not within a hierarchy, or cannot be made
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

  /** Returns that of somebody who wants no groups: nothing is made, and the reason is told. */
  public static Cgroups unavailable(String reason, String remedy) {
    Map<String, UnavailableReason> unavailable = new HashMap<>();
    for (String controller : CgroupRootResolver.LIMIT_CONTROLLERS) {
      unavailable.put(controller, new UnavailableReason(reason, remedy));
    }
    return new Cgroups(new CgroupRoots(List.of(), unavailable), SYSTEM_DEVICES);
  }

  /** Returns whether groups can be made at all, if only to freeze and to kill. */
  public boolean isAvailable() {
    return !roots.directories().isEmpty();
  }

  /** Returns what could be limited, by its name; of the others, {@link #toString()} tells why. */
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
   * Makes the group of a process, or takes it over with whatever is in it, and sets its limits. It
   * does not fail: where the kernel refuses, {@link Cgroup#limitReport()} says so. A group that
   * somebody left frozen and empty is thawed.
   *
   * @param name what it is called after {@link #NAME_PREFIX}: 1 to 200 bytes without {@code /},
   *     unlike that of any other process below the same base
   * @throws IllegalArgumentException when the name is none
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
    Cgroup group = new Cgroup(name, created, new LimitWriter(created, roots, devices));
    if (allNew) {
      group.setInitialLimits(limits);
    } else {
      reuseExisting(group, limits);
    }
    return group;
  }

  /** The disks of v1 are a hierarchy of their own, which hardly anybody needs. */
  private List<CgroupDir> rootsFor(ResourceLimits limits) {
    return limits.io().isEmpty()
        ? roots.directories().stream().filter(it -> !hasOnlyIoController(it)).toList()
        : roots.directories();
  }

  private static boolean hasOnlyIoController(CgroupDir root) {
    return root.version() == CgroupVersion.V1 && root.controllers().equals(Set.of("io"));
  }

  /** Returns false when it is there already. */
  private static boolean createDirectory(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
      return true;
    } catch (FileAlreadyExistsException expected) {
      return false;
    }
  }

  private static void reuseExisting(Cgroup group, ResourceLimits limits) {
    group.setLimits(limits);
    try {
      if (!group.isPopulated()) {
        group.thaw();
      }
    } catch (IOException e) {
      LoggerFactory.getLogger(Cgroups.class).debug("cannot thaw {}: {}", group, e.getMessage());
    }
  }

  private Cgroup rollBack(
      String name, ResourceLimits limits, List<CgroupDir> created, IOException failure) {
    for (CgroupDir directory : created) {
      try {
        boolean ignored = CgroupSubtree.remove(directory);
      } catch (IOException ignored) {
        // It is empty and harms nobody; the failure before is the one that counts.
      }
    }
    Cgroups unavailable =
        unavailable("cannot make the control group: " + failure, UnavailableReason.DELEGATE_REMEDY);
    Cgroup group =
        new Cgroup(name, List.of(), new LimitWriter(List.of(), unavailable.roots, devices));
    group.setInitialLimits(limits);
    return group;
  }

  /**
   * Returns the group that an earlier supervisor made for a process, with its limits as they are;
   * nothing when there is none.
   *
   * @throws IllegalArgumentException when the name is none
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
   * Returns the names of all groups there are, in order, whichever supervisor made them.
   *
   * @throws IOException when they cannot be listed
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
   * Removes groups that an earlier supervisor left and in which nobody lives.
   *
   * @param isOwned which names are ours: another supervisor may be about to start somebody in his
   * @return the names of those that stay because somebody lives in them
   * @throws IOException when the kernel cannot be asked, or refuses
   */
  public Set<String> removeEmpty(Predicate<String> isOwned) throws IOException {
    Set<String> populated = new TreeSet<>();
    for (String name : names()) {
      Optional<Cgroup> group = isOwned.test(name) ? findExisting(name) : Optional.empty();
      if (group.isPresent() && !group.get().remove()) {
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

  /** Returns where groups are made, and why what cannot be limited cannot. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (CgroupDir root : roots.directories()) {
      text.append("groups in ").append(root.path()).append(" for ");
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
