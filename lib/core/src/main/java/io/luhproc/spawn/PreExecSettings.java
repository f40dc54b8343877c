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
 * What is to hold before the first instruction of a command. A shell does it, in the order of the
 * components, and then becomes the command, so that the pid stays.
 *
 * <p>When a step fails, the command is never run: the shell writes the reason into the file {@code
 * report} and exits with 126. Only this file tells it from an exit of the command, see {@link
 * #readFailure()}. Its format: what the tools said, and at the end one line {@code failed: STEP};
 * empty when every step worked. It is made anew by each launch, with mode 0600.
 *
 * <p>A shell passes on no variable whose name is not made of letters, digits and {@code _}, gives
 * {@code IFS} its usual value, and may set {@code PWD}, {@code OLDPWD}, {@code SHLVL} and {@code
 * _}.
 *
 * @param reportFile where a step that fails is told; a file in the process directory
 * @param cgroupProcs the {@code cgroup.procs} files of the cgroups to join
 * @param maxOpenFiles the most descriptors that the process may have, as {@code ulimit -n}; left
 *     alone, it is what the JVM has, which raises its own to the most that it may
 * @param withNice the nice value, from -20 to 19, absolute; below that of this JVM only root may go
 * @param withUmask the permissions that new files do not get, 0 to 0777
 * @param user the name or the number of the user to run as, for which this JVM must be root
 * @param group the name or the number of the group; without it, the user's own. The supplementary
 *     groups are those that the user is in
 */
public record PreExecSettings(
    Path reportFile,
    List<Path> cgroupProcs,
    OptionalLong maxOpenFiles,
    OptionalInt withNice,
    OptionalInt withUmask,
    Optional<String> user,
    Optional<String> group) {
  private static final String FAILED_PREFIX = "failed: ";
  private static final int MAX_REPORT_BYTES = 16 << 10;

  /**
   * Checks the values and copies the list.
   *
   * @throws IllegalArgumentException when a path is relative, a number out of its range, a name
   *     blank, or a group given without a user
   */
  public PreExecSettings {
    cgroupProcs = List.copyOf(cgroupProcs);
    require(reportFile.isAbsolute(), "report (" + reportFile + ") must be absolute");
    for (Path procsFile : cgroupProcs) {
      require(procsFile.isAbsolute(), "cgroup file (" + procsFile + ") must be absolute");
    }
    require(
        maxOpenFiles.orElse(1) > 0, "openFiles (" + maxOpenFiles.orElse(1) + ") must be positive");
    int niceValue = withNice.orElse(0);
    require(niceValue >= -20 && niceValue <= 19, "nice (" + niceValue + ") must be from -20 to 19");
    int mask = withUmask.orElse(0);
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

  /** Returns one that changes nothing, with the file that its failures are written to. */
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

  /** Returns one that also joins the cgroup of a {@code cgroup.procs} file. */
  public PreExecSettings joinCgroup(Path procsFile) {
    List<Path> joined = new ArrayList<>(cgroupProcs);
    joined.add(procsFile);
    return new PreExecSettings(reportFile, joined, maxOpenFiles, withNice, withUmask, user, group);
  }

  /** Returns one that also limits the number of descriptors. */
  public PreExecSettings withMaxOpenFiles(long limit) {
    return new PreExecSettings(
        reportFile, cgroupProcs, OptionalLong.of(limit), withNice, withUmask, user, group);
  }

  /** Returns one that also sets the nice value. */
  public PreExecSettings withNice(int value) {
    return new PreExecSettings(
        reportFile, cgroupProcs, maxOpenFiles, OptionalInt.of(value), withUmask, user, group);
  }

  /** Returns one that also sets the umask. */
  public PreExecSettings withUmask(int mask) {
    return new PreExecSettings(
        reportFile, cgroupProcs, maxOpenFiles, withNice, OptionalInt.of(mask), user, group);
  }

  /**
   * Returns one that runs as somebody.
   *
   * @param newUser the user
   * @param newGroup the group; without it, the user's own
   */
  public PreExecSettings runAs(Optional<String> newUser, Optional<String> newGroup) {
    return new PreExecSettings(
        reportFile, cgroupProcs, maxOpenFiles, withNice, withUmask, newUser, newGroup);
  }

  /**
   * Returns which step of the last launch failed and why; nothing when all worked or are still
   * being done.
   */
  public Optional<String> readFailure() {
    if (!Files.isRegularFile(reportFile, LinkOption.NOFOLLOW_LINKS)) {
      // The command may have put a pipe in its place, to open which would wait for its writer.
      return Optional.empty();
    }
    try (var in = Files.newInputStream(reportFile, LinkOption.NOFOLLOW_LINKS)) {
      return readFailure(
          new String(in.readNBytes(MAX_REPORT_BYTES), StandardCharsets.UTF_8).strip());
    } catch (IOException expected) {
      // The process directory has just gone.
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
   * Returns whether a living process is still being set up, and may not yet be in its cgroup: it is
   * the shell that does that, or what becomes this shell, or between two programs, when it has no
   * command line (execve(2) lets the parent of a vfork(2) go on before there is one).
   */
  public static boolean isInProgress(List<String> commandLine) {
    return commandLine.isEmpty() || commandLine.contains(PreExecScript.SCRIPT);
  }

  /** Makes the report empty. */
  void clearReport() throws IOException {
    // Created anew, so that neither a link nor the mode of an older file has a say.
    Files.deleteIfExists(reportFile);
    Path ignored =
        Files.createFile(
            reportFile,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }
}
