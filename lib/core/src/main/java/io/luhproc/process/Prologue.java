package io.luhproc.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The shell command that does a {@link LaunchSetup} and then becomes the command. Its text is
 * always the same: every value is an argument, so none of them is ever read as a shell's.
 */
final class Prologue {

  /**
   * No variables of its own, for they might be the command's. While the steps are done, what the
   * tools say goes to the report.
   */
  static final String TEXT =
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

  private final Tools tools;
  private final LaunchRequest request;
  private final LaunchSetup setup;

  Prologue(Tools tools, LaunchRequest request, LaunchSetup setup) {
    this.tools = tools;
    this.request = request;
    this.setup = setup;
  }

  /**
   * Returns what comes in front of the command.
   *
   * @throws SpawnException when a tool or the user is unknown
   */
  List<String> lead(Path program) {
    if (!Files.isExecutable(Path.of(Commands.SHELL))) {
      throw new SpawnException(
          SpawnFault.NO_TOOL, Commands.SHELL + " is needed to set up a process, and is not there");
    }
    List<String> words =
        new ArrayList<>(List.of(Commands.SHELL, "-c", TEXT, "sh", setup.report().toString()));
    setup.cgroups().forEach(procs -> words.addAll(List.of("cgroup", procs.toString())));
    setup.openFiles().ifPresent(most -> words.addAll(List.of("files", Long.toString(most))));
    setup.nice().ifPresent(value -> words.addAll(nice(value)));
    setup.umask().ifPresent(mask -> words.addAll(List.of("umask", Integer.toOctalString(mask))));
    List<String> change = setup.user().map(this::change).orElse(List.of());
    if (!change.isEmpty()) {
      words.addAll(List.of("user", setup.user().orElse(""), program.toString()));
      words.addAll(change.subList(0, change.size() - 1));
    }
    words.add("run");
    words.addAll(change);
    return words;
  }

  /** Unlike nice(1), renice(1) sets a value whatever ours is, and fails when it may not. */
  private List<String> nice(int value) {
    return List.of("nice", tools.require("renice", "set the nice value"), Integer.toString(value));
  }

  private List<String> change(String user) {
    return new UserChange(tools, request.environment()).command(user, setup.group());
  }
}
