package io.luhproc.spawn;

import io.luhproc.procfs.LimitMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds the words in front of a command that set its {@link LimitMarker} and then execute it.
 *
 * <p>dash(1) is preferred: it is the fastest, and executes the command even if it cannot set the
 * limit. It would change some environments; for these, prlimit(1) of util-linux is used, and at
 * last any {@code /bin/sh}. Both are tested with one process first, because a sandbox may refuse
 * the limit.
 */
final class LimitMarkerCommand {
  // -w in dash and busybox, -x in bash. The second argument is empty if PWD is not set: dash
  // exports it nevertheless.
  static final String SCRIPT =
      """
      ulimit -S -w "$1" 2>/dev/null || ulimit -S -x "$1" 2>/dev/null
      [ -n "$2" ] || unset PWD
      shift 2
      exec "$@"
      """;

  private static final String PRLIMIT_OPTION = "--locks=";
  // In front of the option: env(1) and its option, setsid(1), prlimit(1).
  private static final int MAX_WORDS_BEFORE_OPTION = 4;
  private static final LimitMarker TEST_MARKER = LimitMarker.fromRandomBits(0);
  // proc(5), /proc/PID/limits: soft and hard limit.
  private static final String LIMITS_FILE = "/proc/self/limits";
  private static final String LIMIT_NAME = "Max file locks ";
  private static final String UNLIMITED = "unlimited";
  // dash(1) sets the first two, and does not start with certain values of the last.
  private static final Set<String> CHANGED_BY_DASH = Set.of("IFS", "PPID", "OPTIND");

  private final ToolLocator toolLocator;
  private final Map<List<String>, Boolean> testResults = new ConcurrentHashMap<>();
  // That of this JVM, which nothing changes: the kernel does not enforce it.
  private volatile @Nullable String hardLimit;

  LimitMarkerCommand(ToolLocator toolLocator) {
    this.toolLocator = toolLocator;
  }

  /** Returns whether a marker can be set for a request. */
  boolean canSet(LimitMarker marker, LaunchRequest request) {
    return isWithinHardLimit(marker) && !prefix(marker, request).isEmpty();
  }

  /** Returns the words for the marker of a request; empty if it has none. */
  List<String> prefix(LaunchRequest request) {
    return request.limitMarker().map(it -> prefix(it, request)).orElse(List.of());
  }

  private List<String> prefix(LimitMarker marker, LaunchRequest request) {
    boolean hasPwd = request.environment().containsKey("PWD");
    Optional<String> dash = toolLocator.find("dash");
    if (dash.isPresent() && isKeptByDash(request)) {
      return shellWords(dash.get(), marker, hasPwd);
    }
    Optional<String> prlimit = toolLocator.find("prlimit");
    if (prlimit.isPresent() && works(prlimitWords(prlimit.get(), TEST_MARKER))) {
      return prlimitWords(prlimit.get(), marker);
    }
    boolean isShellUsable =
        hasShellVariablesOnly(request)
            && works(shellWords(ShellCommand.SHELL_PATH, TEST_MARKER, true));
    return isShellUsable ? shellWords(ShellCommand.SHELL_PATH, marker, hasPwd) : List.of();
  }

  private static List<String> shellWords(String shell, LimitMarker marker, boolean hasPwd) {
    return List.of(shell, "-c", SCRIPT, "sh", Long.toString(marker.value()), hasPwd ? "keep" : "");
  }

  private static List<String> prlimitWords(String prlimit, LimitMarker marker) {
    return List.of(prlimit, PRLIMIT_OPTION + marker.value() + ":");
  }

  /** Returns whether a command line is one of a tool that sets a marker. */
  static boolean isRunBy(List<String> commandLine) {
    return commandLine.contains(SCRIPT)
        || commandLine.stream()
            .limit(MAX_WORDS_BEFORE_OPTION + 1)
            .anyMatch(word -> word.startsWith(PRLIMIT_OPTION));
  }

  // Which environments a shell passes on unchanged.

  /** Returns whether dash(1) keeps the environment. It corrects a PWD of another directory. */
  private static boolean isKeptByDash(LaunchRequest request) {
    String pwd = request.environment().get("PWD");
    return hasShellVariablesOnly(request)
        && (pwd == null || pwd.equals(request.workingDirectory().toString()));
  }

  /** Returns whether shells pass on all variables: they drop those with other names. */
  private static boolean hasShellVariablesOnly(LaunchRequest request) {
    for (String name : request.environment().keySet()) {
      if (!isShellVariable(name) || CHANGED_BY_DASH.contains(name)) {
        return false;
      }
    }
    return true;
  }

  /** Matches {@code [A-Za-z_][A-Za-z0-9_]*}, without a pattern: most callers are cold JVMs. */
  private static boolean isShellVariable(String name) {
    boolean matches = !name.isEmpty() && !isDigit(name.charAt(0));
    for (int i = 0; matches && i < name.length(); i++) {
      char c = name.charAt(i);
      matches = c == '_' || isDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }
    return matches;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  // What this system permits.

  private boolean isWithinHardLimit(LimitMarker marker) {
    String limit = hardLimit;
    if (limit == null) {
      limit = parseLimits(ProcFile.read(LIMITS_FILE))[1];
      hardLimit = limit;
    }
    return limit.equals(UNLIMITED) || (!limit.isEmpty() && Long.parseLong(limit) >= marker.value());
  }

  /** Returns the soft and the hard limit of file locks; two empty texts if there are none. */
  private static String[] parseLimits(String text) {
    int start = text.indexOf(LIMIT_NAME);
    StringTokenizer words =
        new StringTokenizer(start < 0 ? "" : text.substring(start + LIMIT_NAME.length()));
    return words.countTokens() < 2
        ? new String[] {"", ""}
        : new String[] {words.nextToken(), words.nextToken()};
  }

  /** Returns whether a process that is started by the words has the test marker. */
  private boolean works(List<String> words) {
    Boolean known = testResults.get(words);
    if (known != null) {
      return known;
    }
    List<String> command = new ArrayList<>(words);
    command.add(toolLocator.find("cat").orElse("cat"));
    command.add(LIMITS_FILE);
    Optional<Boolean> result = ToolRun.of(command).map(it -> showsTestMarker(it.output()));
    result.ifPresent(it -> testResults.put(words, it));
    return result.orElse(false);
  }

  private static boolean showsTestMarker(String limitsText) {
    return parseLimits(limitsText)[0].equals(Long.toString(TEST_MARKER.value()));
  }
}
