package io.luhproc.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is to hold before the first instruction of a command. A shell does it, in the order of the
 * components, and then becomes the command, so that the pid stays.
 *
 * <p>When a step fails, the command is never run: the shell writes the reason into the file {@code
 * report} and exits with 126. Only this file tells it from an exit of the command, see {@link
 * #failure()}. Its format: what the tools said, and at the end one line {@code failed: STEP}; empty
 * when every step worked. It is made anew by each launch, with mode 0600.
 *
 * <p>A shell passes on no variable whose name is not made of letters, digits and {@code _}, gives
 * {@code IFS} its usual value, and may set {@code PWD}, {@code OLDPWD}, {@code SHLVL} and {@code
 * _}.
 *
 * @param report where a step that fails is told; a file in the process directory
 * @param cgroups the {@code cgroup.procs} files of the cgroups to join
 * @param openFiles the most descriptors that the process may have, as {@code ulimit -n}; left
 *     alone, it is what the JVM has, which raises its own to the most that it may
 * @param nice the nice value, from -20 to 19, absolute; below that of this JVM only root may go
 * @param umask the permissions that new files do not get, 0 to 0777
 * @param user the name or the number of the user to run as, for which this JVM must be root
 * @param group the name or the number of the group; without it, the user's own. The supplementary
 *     groups are those that the user is in
 */
public record LaunchSetup(
    Path report,
    List<Path> cgroups,
    OptionalLong openFiles,
    OptionalInt nice,
    OptionalInt umask,
    Optional<String> user,
    Optional<String> group) {
  private static final String FAILED = "failed: ";
  private static final int MOST_BYTES = 16 << 10;

  /**
   * Checks the values and copies the list.
   *
   * @throws IllegalArgumentException when a path is relative, a number out of its range, a name
   *     blank, or a group given without a user
   */
  public LaunchSetup {
    cgroups = List.copyOf(cgroups);
    check(report.isAbsolute(), "report (" + report + ") must be absolute");
    for (Path procs : cgroups) {
      check(procs.isAbsolute(), "cgroup file (" + procs + ") must be absolute");
    }
    check(openFiles.orElse(1) > 0, "openFiles (" + openFiles.orElse(1) + ") must be positive");
    int priority = nice.orElse(0);
    check(priority >= -20 && priority <= 19, "nice (" + priority + ") must be from -20 to 19");
    int mask = umask.orElse(0);
    check(
        mask >= 0 && mask <= 0777,
        "umask (0" + Integer.toOctalString(mask) + ") must be from 0 to 0777");
    check(!user.orElse("x").isBlank(), "user (" + user.orElse("") + ") must not be blank");
    check(!group.orElse("x").isBlank(), "group (" + group.orElse("") + ") must not be blank");
    check(
        group.isEmpty() || user.isPresent(),
        "group (" + group.orElse("") + ") must come with a user");
  }

  private static void check(boolean right, String message) {
    if (!right) {
      throw new IllegalArgumentException(message);
    }
  }

  /** Returns one that changes nothing, with the file that its failures are written to. */
  public static LaunchSetup reportingTo(Path report) {
    return new LaunchSetup(
        report,
        List.of(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Returns one that also joins the cgroup of a {@code cgroup.procs} file. */
  public LaunchSetup joining(Path procs) {
    List<Path> all = new ArrayList<>(cgroups);
    all.add(procs);
    return new LaunchSetup(report, all, openFiles, nice, umask, user, group);
  }

  /** Returns one that also limits the number of descriptors. */
  public LaunchSetup openFiles(long most) {
    return new LaunchSetup(report, cgroups, OptionalLong.of(most), nice, umask, user, group);
  }

  /** Returns one that also sets the nice value. */
  public LaunchSetup nice(int value) {
    return new LaunchSetup(report, cgroups, openFiles, OptionalInt.of(value), umask, user, group);
  }

  /** Returns one that also sets the umask. */
  public LaunchSetup umask(int mask) {
    return new LaunchSetup(report, cgroups, openFiles, nice, OptionalInt.of(mask), user, group);
  }

  /**
   * Returns one that runs as somebody.
   *
   * @param whom the user
   * @param in the group; without it, the user's own
   */
  public LaunchSetup runningAs(Optional<String> whom, Optional<String> in) {
    return new LaunchSetup(report, cgroups, openFiles, nice, umask, whom, in);
  }

  /**
   * Returns which step of the last launch failed and why; nothing when all worked or are still
   * being done.
   */
  public Optional<String> failure() {
    if (!Files.isRegularFile(report, LinkOption.NOFOLLOW_LINKS)) {
      // The command may have put a pipe in its place, to open which would wait for its writer.
      return Optional.empty();
    }
    try (var in = Files.newInputStream(report, LinkOption.NOFOLLOW_LINKS)) {
      return failure(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip());
    } catch (IOException expected) {
      // The process directory has just gone.
      return Optional.empty();
    }
  }

  private static Optional<String> failure(String text) {
    int last = text.lastIndexOf('\n') + 1;
    if (!text.startsWith(FAILED, last)) {
      return Optional.empty();
    }
    String step = text.substring(last + FAILED.length());
    String told = text.substring(0, last).strip().replace("\n", "; ");
    return Optional.of(told.isEmpty() ? step : step + " (" + told + ")");
  }

  /**
   * Returns whether a living process is still being set up, and may not yet be in its cgroup: it is
   * the shell that does that, or what becomes this shell, or between two programs, when it has no
   * command line (execve(2) lets the parent of a vfork(2) go on before there is one).
   */
  public static boolean isUnderWay(List<String> commandLine) {
    return commandLine.isEmpty() || commandLine.contains(Prologue.TEXT);
  }

  /** Makes the report empty. */
  void forgetFailure() throws IOException {
    // Created anew, so that neither a link nor the mode of an older file has a say.
    Files.deleteIfExists(report);
    Path ignored =
        Files.createFile(
            report,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }
}
