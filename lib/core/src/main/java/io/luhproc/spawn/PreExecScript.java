package io.luhproc.spawn;

import io.luhproc.process.SpawnException;
import io.luhproc.process.SpawnFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the shell command that applies {@link PreExecSettings} and then executes the command.
 *
 * <p>The text of the script is constant. All values are passed as arguments, so the shell never
 * interprets them.
 */
final class PreExecScript {

  /**
   * The script sets no variables, because the command might use the same names. Until the command
   * is executed, stderr goes to the report file.
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
              '[ -x "$1" ] || { printf "no permission to execute %s\\n" "$1" >&2; exit 1; }' \\
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
   * Returns the words to put in front of the command.
   *
   * @throws SpawnException if a tool is missing or the user is unknown
   */
  List<String> prefix(Path program) {
    if (!Files.isExecutable(Path.of(ShellCommand.SHELL_PATH))) {
      throw new SpawnException(
          SpawnFailure.MISSING_TOOL,
          "cannot apply settings before exec: "
              + ShellCommand.SHELL_PATH
              + " does not exist or is not executable");
    }
    List<String> argv =
        new ArrayList<>(
            List.of(ShellCommand.SHELL_PATH, "-c", SCRIPT, "sh", settings.reportFile().toString()));
    settings
        .cgroupProcs()
        .forEach(procsFile -> argv.addAll(List.of("cgroup", procsFile.toString())));
    settings.maxOpenFiles().ifPresent(limit -> argv.addAll(List.of("files", Long.toString(limit))));
    settings.nice().ifPresent(value -> argv.addAll(niceStep(value)));
    settings.umask().ifPresent(mask -> argv.addAll(List.of("umask", Integer.toOctalString(mask))));
    List<String> setpriv = settings.user().map(this::setprivCommand).orElse(List.of());
    if (!setpriv.isEmpty()) {
      argv.addAll(List.of("user", settings.user().orElse(""), program.toString()));
      argv.addAll(setpriv.subList(0, setpriv.size() - 1));
    }
    argv.add("run");
    argv.addAll(setpriv);
    return argv;
  }

  /** Uses renice(1), which, unlike nice(1), sets an absolute value and fails if not permitted. */
  private List<String> niceStep(int value) {
    return List.of(
        "nice", toolLocator.require("renice", "set the nice value"), Integer.toString(value));
  }

  private List<String> setprivCommand(String user) {
    return new SetprivCommand(toolLocator, request.environment()).prefix(user, settings.group());
  }
}
