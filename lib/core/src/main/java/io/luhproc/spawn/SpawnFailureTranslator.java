package io.luhproc.spawn;

import io.luhproc.process.SpawnException;
import io.luhproc.process.SpawnFailure;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads out of what the JDK throws what the kernel said, and says what to do about it. */
final class SpawnFailureTranslator {
  // "error=11, ..." of forkAndExec; "posix_spawn failed, error: 2 (...)" since JDK 21.
  private static final Pattern ERRNO = Pattern.compile("\\berror[=:] ?(\\d+)");
  // The JDK says of VFORK that it will go, since 25; FORK copies the page tables of this JVM.
  private static final int FIRST_JDK_DEPRECATING_VFORK = 25;
  // Three for the child, and the pipes by which the JDK talks to its helper; with some to spare.
  private static final int DESCRIPTORS_PER_LAUNCH = 16;
  // Without what the helper needs, which is for the helper to find out.
  private static final int DESCRIPTORS_PER_JDK_SPAWN = 10;
  // errno(3) on Linux.
  private static final int ENOENT = 2;
  private static final int E2BIG = 7;
  private static final int EAGAIN = 11;
  private static final int ENOMEM = 12;
  private static final int EACCES = 13;
  private static final int ENFILE = 23;
  private static final int EMFILE = 24;

  private final LaunchRequest request;
  private final IOException cause;
  private final String message;

  private SpawnFailureTranslator(LaunchRequest request, IOException cause) {
    this.request = request;
    this.cause = cause;
    this.message = String.valueOf(cause.getMessage());
  }

  /** Returns what is to be thrown for a launch that {@link ProcessBuilder#start()} refused. */
  static SpawnException translate(LaunchRequest request, IOException cause) {
    return new SpawnFailureTranslator(request, cause).toException();
  }

  /**
   * Refuses a launch for which there are too few descriptors before the JDK tries it. Where its
   * pipe(2) fails, JDK 17 and 25 close numbers that they never set: mostly 0, which is the input of
   * this JVM, and after that whatever file or lock has got this number.
   */
  static void checkDescriptors(LaunchRequest request) {
    checkDescriptors(request, DESCRIPTORS_PER_JDK_SPAWN);
  }

  /** Refuses a launch for which there are fewer descriptors than this. */
  static void checkDescriptors(LaunchRequest request, int needed) {
    if (lacksDescriptors(needed)) {
      throw new SpawnFailureTranslator(request, new IOException("too few descriptors"))
          .noDescriptors();
    }
  }

  private SpawnException toException() {
    if (cause.getCause() instanceof FileNotFoundException) {
      return outputFailure();
    }
    return switch (errno()) {
      case E2BIG ->
          exception(
              SpawnFailure.ARGUMENTS_TOO_LONG,
              "its arguments and environment are too long (E2BIG); pass less than 128 KiB in each"
                  + " and 2 MiB in all, or a file");
      case EAGAIN ->
          exception(
              SpawnFailure.NO_PROCESSES,
              "no more processes are allowed (EAGAIN); raise `ulimit -u`, pids.max of the cgroup"
                  + " or kernel.pid_max, or run fewer");
      case ENOMEM ->
          exception(
              SpawnFailure.NO_MEMORY,
              "there is no memory for it (ENOMEM); free some, or let the kernel commit more"
                  + " (vm.overcommit_memory)");
      case EMFILE, ENFILE -> noDescriptors();
      case ENOENT, EACCES, 0 -> spawnHelperFailureOrOther();
      default -> other();
    };
  }

  private int errno() {
    Matcher number = ERRNO.matcher(message);
    return number.find() ? Integer.parseInt(number.group(1)) : 0;
  }

  /** The files were there just before, so that only their opening can have failed. */
  private SpawnException outputFailure() {
    if (lacksDescriptors(DESCRIPTORS_PER_LAUNCH)) {
      return noDescriptors();
    }
    return exception(
        SpawnFailure.OUTPUT_UNAVAILABLE,
        "its output cannot be opened (" + message + "); is the disk full, or not ours to write?");
  }

  /**
   * Tries, for the kernel's words are in the language of the user, and a helper that could open
   * nothing says nothing of it; what the launch had opened is closed again by now.
   */
  private static boolean lacksDescriptors(int needed) {
    File devNull = new File("/dev/null");
    List<FileInputStream> opened = new ArrayList<>();
    try {
      while (opened.size() < needed) {
        opened.add(new FileInputStream(devNull));
      }
      return false;
    } catch (IOException expected) {
      return devNull.canRead();
    } finally {
      opened.forEach(SpawnFailureTranslator::close);
    }
  }

  private static void close(FileInputStream devNull) {
    try {
      devNull.close();
    } catch (IOException ignored) {
      // It held nothing.
    }
  }

  private SpawnException noDescriptors() {
    return exception(
        SpawnFailure.NO_DESCRIPTORS,
        "this JVM has no descriptor left for it (EMFILE); raise `ulimit -n`, or look for what"
            + " keeps files open");
  }

  /** What was to be executed has been looked for, so who is not there is the helper. */
  private SpawnException spawnHelperFailureOrOther() {
    File helper = new File(System.getProperty("java.home", ""), "lib/jspawnhelper");
    boolean isNamedInMessage = message.toLowerCase(Locale.ROOT).contains("spawn helper");
    if (lacksDescriptors(DESCRIPTORS_PER_LAUNCH)) {
      return noDescriptors();
    }
    boolean isExecutable = helper.canExecute();
    if (isExecutable && !isNamedInMessage) {
      return errno() == ENOENT ? missingSpawnHelper(helper) : other();
    }
    return exception(
        SpawnFailure.NO_SPAWN_HELPER,
        "the JDK's " + helper + (isExecutable ? " does not work" : " is gone") + remedy());
  }

  /** Of a JDK that is just being updated the helper is back by the time that we look for it. */
  private SpawnException missingSpawnHelper(File helper) {
    try {
      Path ignored = new ExecutableResolver(request).resolve();
    } catch (SpawnException e) {
      e.addSuppressed(cause);
      return e;
    }
    return exception(
        SpawnFailure.NO_SPAWN_HELPER,
        "what it takes was gone for a moment (" + message + "), as the JDK's " + helper + remedy());
  }

  private static String remedy() {
    boolean isVforkSupported = Runtime.version().feature() < FIRST_JDK_DEPRECATING_VFORK;
    return ": was the JDK updated or removed under this JVM? Start this JVM again, or with"
        + " -Djdk.lang.Process.launchMechanism="
        + (isVforkSupported ? "VFORK" : "FORK");
  }

  private SpawnException other() {
    return exception(SpawnFailure.OTHER, message);
  }

  private SpawnException exception(SpawnFailure failure, String explanation) {
    return new SpawnException(
        failure, request.argv().get(0) + " cannot be started: " + explanation, cause);
  }
}
