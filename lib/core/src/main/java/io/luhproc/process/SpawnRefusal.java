package io.luhproc.process;

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
final class SpawnRefusal {
  // "error=11, ..." of forkAndExec; "posix_spawn failed, error: 2 (...)" since JDK 21.
  private static final Pattern ERRNO = Pattern.compile("\\berror[=:] ?(\\d+)");
  // The JDK says of VFORK that it will go, since 25; FORK copies the page tables of this JVM.
  private static final int FIRST_JDK_AGAINST_VFORK = 25;
  // Three for the child, and the pipes by which the JDK talks to its helper; with some to spare.
  private static final int DESCRIPTORS_OF_A_LAUNCH = 16;
  // Without what the helper needs, which is for the helper to find out.
  private static final int DESCRIPTORS_OF_THE_JDK = 10;
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
  private final String text;

  private SpawnRefusal(LaunchRequest request, IOException cause) {
    this.request = request;
    this.cause = cause;
    this.text = String.valueOf(cause.getMessage());
  }

  /** Returns what is to be thrown for a launch that {@link ProcessBuilder#start()} refused. */
  static SpawnException of(LaunchRequest request, IOException cause) {
    return new SpawnRefusal(request, cause).explain();
  }

  /**
   * Refuses a launch for which there are too few descriptors before the JDK tries it. Where its
   * pipe(2) fails, JDK 17 and 25 close numbers that they never set: mostly 0, which is the input of
   * this JVM, and after that whatever file or lock has got this number.
   */
  static void checkDescriptors(LaunchRequest request) {
    checkDescriptors(request, DESCRIPTORS_OF_THE_JDK);
  }

  /** Refuses a launch for which there are fewer descriptors than this. */
  static void checkDescriptors(LaunchRequest request, int needed) {
    if (lacksDescriptors(needed)) {
      throw new SpawnRefusal(request, new IOException("too few descriptors")).noDescriptors();
    }
  }

  private SpawnException explain() {
    if (cause.getCause() instanceof FileNotFoundException) {
      return explainFile();
    }
    return switch (errno()) {
      case E2BIG ->
          because(
              SpawnFault.TOO_LONG,
              "its arguments and environment are too long (E2BIG); pass less than 128 KiB in each"
                  + " and 2 MiB in all, or a file");
      case EAGAIN ->
          because(
              SpawnFault.NO_PROCESSES,
              "no more processes are allowed (EAGAIN); raise `ulimit -u`, pids.max of the cgroup"
                  + " or kernel.pid_max, or run fewer");
      case ENOMEM ->
          because(
              SpawnFault.NO_MEMORY,
              "there is no memory for it (ENOMEM); free some, or let the kernel commit more"
                  + " (vm.overcommit_memory)");
      case EMFILE, ENFILE -> noDescriptors();
      case ENOENT, EACCES, 0 -> spawnHelperOrOther();
      default -> other();
    };
  }

  private int errno() {
    Matcher number = ERRNO.matcher(text);
    return number.find() ? Integer.parseInt(number.group(1)) : 0;
  }

  /** The files were there just before, so that only their opening can have failed. */
  private SpawnException explainFile() {
    if (lacksDescriptors(DESCRIPTORS_OF_A_LAUNCH)) {
      return noDescriptors();
    }
    return because(
        SpawnFault.NO_OUTPUT,
        "its output cannot be opened (" + text + "); is the disk full, or not ours to write?");
  }

  /**
   * Tries, for the kernel's words are in the language of the user, and a helper that could open
   * nothing says nothing of it; what the launch had opened is closed again by now.
   */
  private static boolean lacksDescriptors(int needed) {
    File nothing = new File("/dev/null");
    List<FileInputStream> opened = new ArrayList<>();
    try {
      while (opened.size() < needed) {
        opened.add(new FileInputStream(nothing));
      }
      return false;
    } catch (IOException expected) {
      return nothing.canRead();
    } finally {
      opened.forEach(SpawnRefusal::close);
    }
  }

  private static void close(FileInputStream nothing) {
    try {
      nothing.close();
    } catch (IOException ignored) {
      // It held nothing.
    }
  }

  private SpawnException noDescriptors() {
    return because(
        SpawnFault.NO_DESCRIPTORS,
        "this JVM has no descriptor left for it (EMFILE); raise `ulimit -n`, or look for what"
            + " keeps files open");
  }

  /** What was to be executed has been looked for, so who is not there is the helper. */
  private SpawnException spawnHelperOrOther() {
    File helper = new File(System.getProperty("java.home", ""), "lib/jspawnhelper");
    boolean named = text.toLowerCase(Locale.ROOT).contains("spawn helper");
    if (lacksDescriptors(DESCRIPTORS_OF_A_LAUNCH)) {
      return noDescriptors();
    }
    boolean works = helper.canExecute();
    if (works && !named) {
      return errno() == ENOENT ? vanished(helper) : other();
    }
    return because(
        SpawnFault.NO_SPAWN_HELPER,
        "the JDK's " + helper + (works ? " does not work" : " is gone") + remedy());
  }

  /** Of a JDK that is just being updated the helper is back by the time that we look for it. */
  private SpawnException vanished(File helper) {
    try {
      Path ignored = new ProgramSearch(request).find();
    } catch (SpawnException e) {
      e.addSuppressed(cause);
      return e;
    }
    return because(
        SpawnFault.NO_SPAWN_HELPER,
        "what it takes was gone for a moment (" + text + "), as the JDK's " + helper + remedy());
  }

  private static String remedy() {
    boolean old = Runtime.version().feature() < FIRST_JDK_AGAINST_VFORK;
    return ": was the JDK updated or removed under this JVM? Start this JVM again, or with"
        + " -Djdk.lang.Process.launchMechanism="
        + (old ? "VFORK" : "FORK");
  }

  private SpawnException other() {
    return because(SpawnFault.OTHER, text);
  }

  private SpawnException because(SpawnFault fault, String why) {
    return new SpawnException(fault, request.argv().get(0) + " cannot be started: " + why, cause);
  }
}
