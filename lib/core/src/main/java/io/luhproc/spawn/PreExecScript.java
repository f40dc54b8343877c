package io.luhproc.spawn;

import io.luhproc.process.SpawnException;
import io.luhproc.process.SpawnFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The shell command that does a {@link PreExecSettings} and then becomes the command. Its text is
 * always the same: every value is an argument, so none of them is ever read as a shell's.
 */
final class PreExecScript {

  /**
   * No variables of its own, for they might be the command's. While the steps are done, what the
   * tools say goes to the report.
   */
  static final String SCRIPT =
      """
      exec 3>&2 2>"$1"
      shift
      fail() {
        printf 'failed: %s\\n' "$1" >&2
        printf 'luhproc: %s\\n' "$1" >&3
        exit 126
      }
      while :; do
        case $1 in
          cgroup)
            echo 0 >"$2" || fail "cannot join the cgroup of $2"
            shift 2 ;;
          files)
            ulimit -n "$2" || fail "cannot set the limit of open files to $2"
            shift 2 ;;
          nice)
            "$2" "$3" -p $$ >/dev/null || fail "cannot set the nice value to $3"
            shift 3 ;;
          umask)
            umask "$2" || fail "cannot set the umask to $2"
            shift 2 ;;
          user)
            "$4" "$5" "$6" "$7" -- /bin/sh -c \\
              '[ -x "$1" ] || { printf "it may not execute %s\\n" "$1" >&2; exit 1; }' \\
              sh "$3" || fail "cannot run as user $2"
            shift 7 ;;
          run)
            shift
            break ;;
        esac
      done
      exec 2>&3 3>&-
      exec "$@"
      """;

  private final ToolLocator toolLocator;
  private final LaunchRequest request;
  private final PreExecSettings settings;

  PreExecScript(ToolLocator toolLocator, LaunchRequest request, PreExecSettings settings) {
    this.toolLocator = toolLocator;
    this.request = request;
    this.settings = settings;
  }

  /**
   * Returns what comes in front of the command.
   *
   * @throws SpawnException when a tool or the user is unknown
   */
  List<String> prefix(Path program) {
    if (!Files.isExecutable(Path.of(ShellCommand.SHELL_PATH))) {
      throw new SpawnException(
          SpawnFailure.MISSING_TOOL,
          ShellCommand.SHELL_PATH + " is needed to set up a process, and is not there");
    }
    List<String> argv =
        new ArrayList<>(
            List.of(ShellCommand.SHELL_PATH, "-c", SCRIPT, "sh", settings.reportFile().toString()));
    settings
        .cgroupProcs()
        .forEach(procsFile -> argv.addAll(List.of("cgroup", procsFile.toString())));
    settings.maxOpenFiles().ifPresent(limit -> argv.addAll(List.of("files", Long.toString(limit))));
    settings.withNice().ifPresent(value -> argv.addAll(niceStep(value)));
    settings
        .withUmask()
        .ifPresent(mask -> argv.addAll(List.of("umask", Integer.toOctalString(mask))));
    List<String> setpriv = settings.user().map(this::setprivCommand).orElse(List.of());
    if (!setpriv.isEmpty()) {
      argv.addAll(List.of("user", settings.user().orElse(""), program.toString()));
      argv.addAll(setpriv.subList(0, setpriv.size() - 1));
    }
    argv.add("run");
    argv.addAll(setpriv);
    return argv;
  }

  /** Unlike nice(1), renice(1) sets a value whatever ours is, and fails when it may not. */
  private List<String> niceStep(int value) {
    return List.of(
        "nice", toolLocator.require("renice", "set the nice value"), Integer.toString(value));
  }

  private List<String> setprivCommand(String user) {
    return new SetprivCommand(toolLocator, request.environment()).prefix(user, settings.group());
  }
}
