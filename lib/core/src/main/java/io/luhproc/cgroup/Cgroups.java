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
  public static final String PREFIX = "luhproc-";

  // NAME_MAX of the kernel, less what "a few more bytes" of a controller's file may need.
  private static final int LONGEST_NAME = 200;
  private static final BlockDevices SYSTEM_DEVICES = new BlockDevices(Path.of("/sys"));

  private final Bases bases;
  private final BlockDevices devices;

  Cgroups(Bases bases, BlockDevices devices) {
    this.bases = bases;
    this.devices = devices;
  }

  /**
   * Finds out which groups may be made. Where our own v2 group is delegated to us and controllers
   * have to be enabled for groups in it, all processes of it, this JVM among them, are moved into a
   * group {@code luhproc.self} in it, as the kernel demands.
   */
  public static Cgroups find() {
    return new Cgroups(search(Path.of("/proc"), Optional.empty()), SYSTEM_DEVICES);
  }

  /**
   * The same below a group that is ours because somebody says so; it is made when it is not there.
   *
   * @param base its directory, such as {@code /sys/fs/cgroup/shop}
   * @throws io.luhproc.LuhprocException when it is not within a hierarchy, or cannot be made
   */
  public static Cgroups below(Path base) {
    Optional<Path> named = Optional.of(base.toAbsolutePath().normalize());
    return new Cgroups(search(Path.of("/proc"), named), SYSTEM_DEVICES);
  }

  private static Bases search(Path proc, Optional<Path> configured) {
    Delegation delegation = new Delegation("systemctl");
    return new BaseFinder(Hierarchy.read(proc), configured, delegation::isGivenToUs).find();
  }

  /** Returns that of somebody who wants no groups: nothing is made, and the reason is told. */
  public static Cgroups none(String reason, String remedy) {
    Map<String, Gap> gaps = new HashMap<>();
    for (String controller : BaseFinder.LIMITING) {
      gaps.put(controller, new Gap(reason, remedy));
    }
    return new Cgroups(new Bases(List.of(), gaps), SYSTEM_DEVICES);
  }

  /** Returns whether groups can be made at all, if only to freeze and to kill. */
  public boolean isAvailable() {
    return !bases.directories().isEmpty();
  }

  /** Returns what could be limited, by its name; of the others, {@link #toString()} tells why. */
  public Set<LimitKind> enforceable() {
    Set<LimitKind> limits = new TreeSet<>();
    for (LimitKind limit : LimitKind.values()) {
      String controller = LimitWriter.controller(limit);
      if (bases.directories().stream().anyMatch(it -> it.controllers().contains(controller))) {
        limits.add(limit);
      }
    }
    return limits;
  }

  /**
   * Makes the group of a process, or takes it over with whatever is in it, and sets its limits. It
   * does not fail: where the kernel refuses, {@link Cgroup#limitsEnforced()} says so. A group that
   * somebody left frozen and empty is thawed.
   *
   * @param name what it is called after {@link #PREFIX}: 1 to 200 bytes without {@code /}, unlike
   *     that of any other process below the same base
   * @throws IllegalArgumentException when the name is none
   */
  public Cgroup create(String name, ResourceLimits limits) {
    checkName(name);
    List<GroupDir> made = new ArrayList<>();
    boolean all = true;
    try {
      for (GroupDir base : basesFor(limits)) {
        GroupDir directory = base.child(PREFIX + name);
        all &= make(directory.path());
        made.add(directory);
      }
    } catch (IOException e) {
      return refused(name, limits, made, e);
    }
    Cgroup group = new Cgroup(name, made, new LimitWriter(made, bases, devices));
    if (all) {
      group.begin(limits);
    } else {
      takeOver(group, limits);
    }
    return group;
  }

  /** The disks of v1 are a hierarchy of their own, which hardly anybody needs. */
  private List<GroupDir> basesFor(ResourceLimits limits) {
    return limits.io().isEmpty()
        ? bases.directories().stream().filter(it -> !isForDisksOnly(it)).toList()
        : bases.directories();
  }

  private static boolean isForDisksOnly(GroupDir base) {
    return base.version() == Version.V1 && base.controllers().equals(Set.of("io"));
  }

  /** Returns false when it is there already. */
  private static boolean make(Path directory) throws IOException {
    try {
      Files.createDirectory(directory);
      return true;
    } catch (FileAlreadyExistsException expected) {
      return false;
    }
  }

  private static void takeOver(Cgroup group, ResourceLimits limits) {
    group.set(limits);
    try {
      if (!group.isPopulated()) {
        group.thaw();
      }
    } catch (IOException e) {
      LoggerFactory.getLogger(Cgroups.class).debug("cannot thaw {}: {}", group, e.getMessage());
    }
  }

  private Cgroup refused(
      String name, ResourceLimits limits, List<GroupDir> made, IOException failure) {
    for (GroupDir directory : made) {
      try {
        boolean ignored = GroupTree.remove(directory);
      } catch (IOException ignored) {
        // It is empty and harms nobody; the failure before is the one that counts.
      }
    }
    Cgroups nothing = none("cannot make the control group: " + failure, Gap.DELEGATE);
    Cgroup group = new Cgroup(name, List.of(), new LimitWriter(List.of(), nothing.bases, devices));
    group.begin(limits);
    return group;
  }

  /**
   * Returns the group that an earlier supervisor made for a process, with its limits as they are;
   * nothing when there is none.
   *
   * @throws IllegalArgumentException when the name is none
   */
  public Optional<Cgroup> existing(String name) {
    checkName(name);
    List<GroupDir> there =
        bases.directories().stream()
            .map(base -> base.child(PREFIX + name))
            .filter(directory -> directory.has(GroupDir.PROCS))
            .toList();
    return there.isEmpty()
        ? Optional.empty()
        : Optional.of(new Cgroup(name, there, new LimitWriter(there, bases, devices)));
  }

  /**
   * Returns the names of all groups there are, in order, whichever supervisor made them.
   *
   * @throws IOException when they cannot be listed
   */
  public Set<String> names() throws IOException {
    Set<String> names = new TreeSet<>();
    for (GroupDir base : bases.directories()) {
      for (GroupDir child : base.children()) {
        String name = String.valueOf(child.path().getFileName());
        if (name.startsWith(PREFIX)) {
          names.add(name.substring(PREFIX.length()));
        }
      }
    }
    return names;
  }

  /**
   * Removes groups that an earlier supervisor left and in which nobody lives.
   *
   * @param ours which names are ours: another supervisor may be about to start somebody in his
   * @return the names of those that stay because somebody lives in them
   * @throws IOException when the kernel cannot be asked, or refuses
   */
  public Set<String> removeEmpty(Predicate<String> ours) throws IOException {
    Set<String> stay = new TreeSet<>();
    for (String name : names()) {
      Optional<Cgroup> group = ours.test(name) ? existing(name) : Optional.empty();
      if (group.isPresent() && !group.get().remove()) {
        stay.add(name);
      }
    }
    return stay;
  }

  private static void checkName(String name) {
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    boolean bad = name.chars().anyMatch(character -> character == '/' || character < ' ');
    if (bad || length == 0 || length > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "name (%s) must be 1 to %d bytes without '/' and control characters"
              .formatted(name, LONGEST_NAME));
    }
  }

  /** Returns where groups are made, and why what cannot be limited cannot. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (GroupDir base : bases.directories()) {
      text.append("groups in ").append(base.path()).append(" for ");
      text.append(new TreeSet<>(base.controllers())).append('\n');
    }
    new TreeMap<>(bases.gaps())
        .forEach(
            (controller, gap) ->
                text.append("no ")
                    .append(controller)
                    .append(": ")
                    .append(gap.reason())
                    .append("; ")
                    .append(gap.remedy())
                    .append('\n'));
    return text.toString().strip();
  }
}
