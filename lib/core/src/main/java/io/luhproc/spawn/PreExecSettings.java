package io.luhproc.spawn;

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
 * Settings that a process has before the first instruction of its command: cgroups, limit of open
 * files, nice value, umask and user.
 *
 * <p>A shell applies them in the order of the components and then executes the command, which keeps
 * the pid. If a step fails, the shell writes the reason to the report file and exits with 126
 * instead; {@link #readFailure()} distinguishes this from an exit of the command.
 *
 * <p>Format of the report file: the stderr of the tools, then one line {@code failed: STEP}. It is
 * empty if every step succeeded. Each launch creates it anew, with mode 0600.
 *
 * <p>The shell drops variables whose names have other characters than letters, digits and {@code
 * _}, resets {@code IFS}, and may set {@code PWD}, {@code OLDPWD}, {@code SHLVL} and {@code _}.
 *
 * @param reportFile the absolute path of the report, a file in the process directory
 * @param cgroupProcs the {@code cgroup.procs} files of the cgroups to join, absolute
 * @param maxOpenFiles the limit of open descriptors, as in {@code ulimit -n}, at least 1; by
 *     default that of this JVM, which raises its own to the hard limit
 * @param nice the absolute nice value, -20 to 19; only root may set one below that of this JVM
 * @param umask the permissions that new files do not get, 0 to 0777
 * @param user the name or number of the user to run as; requires that this JVM runs as root
 * @param group the name or number of the group; by default the user's primary group. Supplementary
 *     groups are those of the user
 */
public record PreExecSettings(
    Path reportFile,
    List<Path> cgroupProcs,
    OptionalLong maxOpenFiles,
    OptionalInt nice,
    OptionalInt umask,
    Optional<String> user,
    Optional<String> group) {
  private static final String FAILED_PREFIX = "failed: ";
  private static final int MAX_REPORT_BYTES = 16 << 10;

  /**
   * Validates the values.
   *
   * @throws IllegalArgumentException if a path is relative, a number is out of range, a name is
   *     blank, or a group is given without a user
   */
  public PreExecSettings {
    cgroupProcs = List.copyOf(cgroupProcs);
    require(reportFile.isAbsolute(), "reportFile (" + reportFile + ") must be absolute");
    for (Path procsFile : cgroupProcs) {
      require(procsFile.isAbsolute(), "cgroupProcs (" + procsFile + ") must be absolute");
    }
    require(
        maxOpenFiles.orElse(1) > 0,
        "maxOpenFiles (" + maxOpenFiles.orElse(1) + ") must be positive");
    int niceValue = nice.orElse(0);
    require(niceValue >= -20 && niceValue <= 19, "nice (" + niceValue + ") must be from -20 to 19");
    int mask = umask.orElse(0);
    require(
        mask >= 0 && mask <= 0777,
        "umask (0" + Integer.toOctalString(mask) + ") must be from 0 to 0777");
    require(!user.orElse("x").isBlank(), "user (" + user.orElse("") + ") must not be blank");
    require(!group.orElse("x").isBlank(), "group (" + group.orElse("") + ") must not be blank");
    require(
        group.isEmpty() || user.isPresent(),
        "group (" + group.orElse("") + ") must come with a user");
  }

  private static void require(boolean valid, String message) {
    if (!valid) {
      throw new IllegalArgumentException(message);
    }
  }

  /** Returns settings that change nothing and report failures to the given file. */
  public static PreExecSettings withReportFile(Path reportFile) {
    return new PreExecSettings(
        reportFile,
        List.of(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Returns a copy that also joins the cgroup of a {@code cgroup.procs} file. */
  public PreExecSettings joinCgroup(Path procsFile) {
    List<Path> joined = new ArrayList<>(cgroupProcs);
    joined.add(procsFile);
    return new PreExecSettings(reportFile, joined, maxOpenFiles, nice, umask, user, group);
  }

  /** Returns a copy that also limits the number of open descriptors. */
  public PreExecSettings withMaxOpenFiles(long limit) {
    return new PreExecSettings(
        reportFile, cgroupProcs, OptionalLong.of(limit), nice, umask, user, group);
  }

  /** Returns a copy that also sets the nice value. */
  public PreExecSettings withNice(int value) {
    return new PreExecSettings(
        reportFile, cgroupProcs, maxOpenFiles, OptionalInt.of(value), umask, user, group);
  }

  /** Returns a copy that also sets the umask. */
  public PreExecSettings withUmask(int mask) {
    return new PreExecSettings(
        reportFile, cgroupProcs, maxOpenFiles, nice, OptionalInt.of(mask), user, group);
  }

  /**
   * Returns a copy that runs the command as another user.
   *
   * @param newUser the name or number of the user
   * @param newGroup the name or number of the group; if empty, the user's primary group
   */
  public PreExecSettings runAs(Optional<String> newUser, Optional<String> newGroup) {
    return new PreExecSettings(
        reportFile, cgroupProcs, maxOpenFiles, nice, umask, newUser, newGroup);
  }

  /**
   * Returns which step of the last launch failed and why. Empty if all succeeded or are still in
   * progress.
   */
  public Optional<String> readFailure() {
    if (!Files.isRegularFile(reportFile, LinkOption.NOFOLLOW_LINKS)) {
      // The command may have replaced it with a pipe, and opening a pipe blocks.
      return Optional.empty();
    }
    try (var in = Files.newInputStream(reportFile, LinkOption.NOFOLLOW_LINKS)) {
      return readFailure(
          new String(in.readNBytes(MAX_REPORT_BYTES), StandardCharsets.UTF_8).strip());
    } catch (IOException expected) {
      // The process directory has been removed meanwhile.
      return Optional.empty();
    }
  }

  private static Optional<String> readFailure(String text) {
    int lastLine = text.lastIndexOf('\n') + 1;
    if (!text.startsWith(FAILED_PREFIX, lastLine)) {
      return Optional.empty();
    }
    String step = text.substring(lastLine + FAILED_PREFIX.length());
    String toolOutput = text.substring(0, lastLine).strip().replace("\n", "; ");
    return Optional.of(toolOutput.isEmpty() ? step : step + " (" + toolOutput + ")");
  }

  /**
   * Returns whether a live process has not executed its command yet, and may neither be in its
   * cgroup nor have its limit marker.
   *
   * <p>This is so if it runs the setup script, or a tool that sets the marker, or env(1) or
   * setsid(1) with these as arguments. It is also so if its command line is empty: execve(2)
   * resumes the parent of a vfork(2) before it is set.
   */
  public static boolean isInProgress(List<String> commandLine) {
    return commandLine.isEmpty()
        || commandLine.contains(PreExecScript.SCRIPT)
        || LimitMarkerCommand.isRunBy(commandLine);
  }

  /** Returns the id of a user, by name or number; empty if there is no such user. */
  public static Optional<Long> findUserId(String user) {
    Optional<Long> known = UserDatabase.SYSTEM.findUser(user).map(UserDatabase.User::uid);
    return known.isEmpty() && UserDatabase.isNumericId(user)
        ? Optional.of(Long.parseLong(user))
        : known;
  }

  /** Replaces the report file by an empty one. */
  void clearReport() throws IOException {
    // Deleted first, so that a link is not followed and an older mode does not remain.
    Files.deleteIfExists(reportFile);
    Path ignored =
        Files.createFile(
            reportFile,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }
}
