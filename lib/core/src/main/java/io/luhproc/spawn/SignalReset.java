package io.luhproc.spawn;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builds the words in front of a command that give all signals their default action and unblock
 * them.
 *
 * <p>A child of the JDK ignores the signals that this JVM was started to ignore: HUP by nohup(1),
 * INT in a background job of a shell. Neither a JVM nor a shell can handle such a signal. It also
 * blocks those of the calling thread; HotSpot blocks SIGQUIT in every Java thread, which JDK 17
 * passes on. env(1) of coreutils 8.31 and later resets both. Where nothing is ignored or blocked,
 * there are no words.
 */
final class SignalReset {
  private static final String RESET_OPTION = "--default-signal";
  private static final String STATUS_FILE = "/proc/thread-self/status";
  private static final String BLOCKED = "\nSigBlk:\t";
  private static final String IGNORED = "\nSigIgn:\t";
  private static final int MASK_DIGITS = 16;
  // The first that was seen not to pass on the blocked signals of its threads.
  private static final int FIRST_JDK_UNBLOCKING_CHILDREN = 25;
  private static final long QUIT = 1L << (3 - 1);
  // signal(7): glibc uses the first two real-time signals itself, and env(1) cannot reset them.
  private static final long SIGNALS_OF_LIBC = 1L << (32 - 1) | 1L << (33 - 1);

  private final ToolLocator toolLocator;
  private final long harmlessIfBlocked;
  // Whether env(1) can reset signals; null until it is tested.
  private volatile @Nullable Boolean works;

  private SignalReset(ToolLocator toolLocator, long harmlessIfBlocked) {
    this.toolLocator = toolLocator;
    this.harmlessIfBlocked = harmlessIfBlocked;
  }

  /** Returns a reset of all signals. */
  static SignalReset ofAll(ToolLocator toolLocator) {
    boolean unblocksChildren = Runtime.version().feature() >= FIRST_JDK_UNBLOCKING_CHILDREN;
    return new SignalReset(toolLocator, unblocksChildren ? QUIT : 0);
  }

  /** Returns a reset that does not run env(1) only because SIGQUIT is blocked. */
  static SignalReset exceptBlockedQuit(ToolLocator toolLocator) {
    return new SignalReset(toolLocator, QUIT);
  }

  /**
   * Returns the words for a child that the calling thread starts; empty if there is nothing to
   * reset, or if env(1) cannot.
   *
   * @param program the first word behind these
   */
  List<String> prefix(String program) {
    // env(1) takes a word with '=' for a variable.
    if (!isNeeded() || program.indexOf('=') >= 0) {
      return List.of();
    }
    Optional<String> env = toolLocator.find("env");
    return env.isPresent() && works(env.get()) ? List.of(env.get(), RESET_OPTION) : List.of();
  }

  private boolean isNeeded() {
    String status = ProcFile.read(STATUS_FILE);
    long blocked = mask(status, BLOCKED) & ~harmlessIfBlocked;
    return ((blocked | mask(status, IGNORED)) & ~SIGNALS_OF_LIBC) != 0;
  }

  private static long mask(String status, String label) {
    int start = status.indexOf(label) + label.length();
    return status.contains(label)
        ? Long.parseUnsignedLong(status.substring(start, start + MASK_DIGITS), 16)
        : 0;
  }

  /** Tests env(1) once: that of busybox lacks the option. */
  private boolean works(String env) {
    Boolean known = works;
    if (known != null) {
      return known;
    }
    Optional<ToolRun> run = ToolRun.of(List.of(env, RESET_OPTION, "true"));
    run.ifPresent(it -> works = it.exitStatus() == 0);
    return run.filter(it -> it.exitStatus() == 0).isPresent();
  }
}
