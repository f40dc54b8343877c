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

/** Translates exceptions of {@link ProcessBuilder#start()} to causes and remedies. */
final class SpawnFailureTranslator {
  // "error=11, ..." of forkAndExec; "posix_spawn failed, error: 2 (...)" since JDK 21.
  private static final String ERRNO = "\\berror[=:] ?(\\d+)";
  // Since JDK 25, VFORK prints a deprecation warning. FORK works but copies the page tables.
  private static final int FIRST_JDK_DEPRECATING_VFORK = 25;
  // Three for the child and the pipes between the JDK and its helper, with some to spare.
  private static final int DESCRIPTORS_PER_LAUNCH = 16;
  // Without the descriptors that jspawnhelper opens: it reports a lack of them itself.
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

  /** Returns the exception to throw after {@link ProcessBuilder#start()} has failed. */
  static SpawnException translate(LaunchRequest request, IOException cause) {
    return new SpawnFailureTranslator(request, cause).toException();
  }

  /**
   * Checks that enough descriptors are free for {@link ProcessBuilder#start()}.
   *
   * <p>If pipe(2) fails, JDK 17 and 25 close descriptor numbers that they have never set: mostly 0,
   * the stdin of this JVM, and later any file or lock that has got this number.
   *
   * @throws SpawnException if too few descriptors are free
   */
  static void checkDescriptors(LaunchRequest request) {
    checkDescriptors(request, DESCRIPTORS_PER_JDK_SPAWN);
  }

  /**
   * Checks that a number of descriptors is free.
   *
   * @throws SpawnException if fewer are free
   */
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
              "its arguments and environment are too long (E2BIG); keep each under 128 KiB and all"
                  + " under 2 MiB, or pass a file");
      case EAGAIN ->
          exception(
              SpawnFailure.NO_PROCESSES,
              "no more processes are allowed (EAGAIN); raise `ulimit -u`, pids.max of the cgroup or"
                  + " kernel.pid_max, or run fewer processes");
      case ENOMEM ->
          exception(
              SpawnFailure.NO_MEMORY,
              "out of memory (ENOMEM); free some, or allow overcommit (vm.overcommit_memory)");
      case EMFILE, ENFILE -> noDescriptors();
      case ENOENT, EACCES, 0 -> spawnHelperFailureOrOther();
      default -> other();
    };
  }

  private int errno() {
    Matcher number = Pattern.compile(ERRNO).matcher(message);
    return number.find() ? Integer.parseInt(number.group(1)) : 0;
  }

  /** Explains a failure to open an output file: a lack of descriptors, or the file itself. */
  private SpawnException outputFailure() {
    if (lacksDescriptors(DESCRIPTORS_PER_LAUNCH)) {
      return noDescriptors();
    }
    return exception(
        SpawnFailure.OUTPUT_UNAVAILABLE,
        "its output file cannot be opened (" + message + "); check free space and permissions");
  }

  /**
   * Returns whether fewer descriptors are free, by opening that many.
   *
   * <p>The message of the exception does not tell: its text is localized, and jspawnhelper does not
   * report a lack of descriptors. The failed launch has closed its own descriptors by now.
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
      // Nothing was written.
    }
  }

  private SpawnException noDescriptors() {
    return exception(
        SpawnFailure.NO_DESCRIPTORS,
        "this JVM has too few free descriptors (EMFILE); raise `ulimit -n`, or find what keeps"
            + " files open");
  }

  /**
   * Explains ENOENT and EACCES. The program was resolved before, so jspawnhelper may be missing.
   */
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
        "the JDK's " + helper + (isExecutable ? " does not work" : " is missing") + remedy());
  }

  /** Explains ENOENT if jspawnhelper exists now: an update of the JDK may have replaced it. */
  private SpawnException missingSpawnHelper(File helper) {
    try {
      Path ignored = new ExecutableResolver(request).resolve();
    } catch (SpawnException e) {
      e.addSuppressed(cause);
      return e;
    }
    return exception(
        SpawnFailure.NO_SPAWN_HELPER,
        "a file was missing temporarily ("
            + message
            + "), probably the JDK's "
            + helper
            + remedy());
  }

  private static String remedy() {
    boolean isVforkSupported = Runtime.version().feature() < FIRST_JDK_DEPRECATING_VFORK;
    return ": was the JDK updated or removed while this JVM runs? Restart this JVM, or start it"
        + " with -Djdk.lang.Process.launchMechanism="
        + (isVforkSupported ? "VFORK" : "FORK");
  }

  private SpawnException other() {
    return exception(SpawnFailure.OTHER, message);
  }

  private SpawnException exception(SpawnFailure failure, String explanation) {
    return new SpawnException(
        failure, "cannot start " + request.argv().get(0) + ": " + explanation, cause);
  }
}
