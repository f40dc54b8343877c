package io.luhproc.slurm;

import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.WorkerSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The script of a job, for a POSIX shell: it runs the worker, passes stop requests on to it, kills
 * it after the grace period, and records how it ended.
 *
 * <p>Slurm itself would kill it KillWait (slurm.conf, 30 s by default) after the request, whatever
 * its grace period. It contains no values of environment variables: sites may archive scripts.
 */
final class JobScript {
  // The shell passes its variables on if the worker has variables of the same names.
  private static final String TEXT =
      """
      #!/bin/sh
      # Written by luhproc: runs a worker, and records its end.
      lp_cr=$(printf '\\r')
      lp_run=@RUN@
      lp_directory=@DIRECTORY@
      set -- @COMMAND@

      lp_end() {
        printf '%s\\n' "$1" >"$lp_run/.end" && command -p mv -f "$lp_run/.end" "$lp_run/end"
      }
      lp_fail() {
        lp_end "failed $1"
        exit 127
      }

      # Passes the first request on; a second signal would end a worker at once.
      lp_worker= lp_killers= lp_passed= lp_interrupted=
      lp_pass_on() {
        lp_interrupted=1
        if [ -n "$lp_worker" ] && [ -z "$lp_passed" ]; then
          kill -TERM "$lp_worker" 2>/dev/null
        fi
        lp_passed=1
      }
      # Runs in a process of its own, which must end with the script: numbers of processes come back.
      lp_kill_later() {
        trap 'kill "$lp_sleep"; exit' TERM
        command -p sleep "$lp_grace" &
        lp_sleep=$!
        wait "$lp_sleep"
        kill -KILL "$lp_worker" 2>/dev/null
      }
      # A repeated request may shorten the grace period.
      lp_stop() {
        lp_pass_on
        # Makes an NFS client look for the file that another host has written.
        printf '' >"$lp_run/signalled"
        lp_grace=@GRACE@
        [ -r "$lp_run/stop" ] && read -r lp_grace <"$lp_run/stop"
        if [ -n "$lp_worker" ]; then
          lp_kill_later &
          lp_killers="$lp_killers $!"
        fi
      }
      # A signal of Slurm, which kills the job later.
      lp_cancel() {
        if @PASS@ || [ -z "$lp_worker" ]; then
          lp_pass_on
        fi
        lp_interrupted=1
        printf '' >"$lp_run/signalled"
      }
      trap lp_stop @SIGNAL@
      trap lp_cancel TERM

      # Fails if the file exists: then another job has begun this run.
      set -C
      printf '%s %s\\n' "$SLURM_JOB_ID" "$SLURMD_NODENAME" >"$lp_run/started" || exit 0
      set +C
      if [ -e "$lp_run/stop" ] || [ -n "$lp_passed" ]; then
        lp_end stopped
        exit 0
      fi
      cd -- "$lp_directory" || lp_fail "the working directory cannot be used on this node"
      command -v "$1" >/dev/null || lp_fail "the program cannot be run on this node"

      (exec "$@") >>"$lp_run/out.log" 2>>"$lp_run/err.log" &
      lp_worker=$!
      if [ -n "$lp_passed" ]; then
        lp_passed=
        lp_stop
      fi

      # A signal ends wait, with a status that is not the worker's.
      while
        lp_interrupted=
        wait "$lp_worker"
        lp_code=$?
        [ -n "$lp_interrupted" ] && kill -0 "$lp_worker" 2>/dev/null
      do
        :
      done
      if [ -n "$lp_interrupted" ]; then
        wait "$lp_worker"
        lp_again=$?
        [ "$lp_again" -eq 127 ] || lp_code=$lp_again
      fi
      [ -z "$lp_killers" ] || kill $lp_killers 2>/dev/null
      lp_end "exit $lp_code"
      exit "$lp_code"
      """;

  private static final Pattern PLACEHOLDER = Pattern.compile("@([A-Z]+)@");
  private static final Duration MAX_GRACE = Duration.ofDays(3650);

  private JobScript() {}

  /**
   * Returns the script of a worker.
   *
   * @param signalsDescendants whether the worker gets Slurm's own SIGTERM too
   */
  static String of(WorkerSpec spec, Path run, boolean signalsDescendants) {
    Map<String, String> values =
        Map.of(
            "RUN", quote(run.toString()),
            "DIRECTORY", quote(spec.directory().toString()),
            "COMMAND",
                spec.command().stream().map(JobScript::quote).collect(Collectors.joining(" ")),
            "GRACE", seconds(spec.grace()),
            "PASS", signalsDescendants ? "false" : "true",
            "SIGNAL", JobQueue.STOP_SIGNAL);
    return PLACEHOLDER
        .matcher(TEXT)
        .replaceAll(match -> Matcher.quoteReplacement(values.getOrDefault(match.group(1), "")));
  }

  /**
   * Returns a word for the shell that stands for a text. sbatch refuses scripts with CR LF, so that
   * CR must not be written as it is.
   *
   * @throws EngineRefusedException if it contains NUL, which no argument can
   */
  static String quote(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new EngineRefusedException(
          "cannot pass an argument to a worker: it contains NUL; remove it");
    }
    return "'" + text.replace("'", "'\\''").replace("\r", "'\"$lp_cr\"'") + "'";
  }

  /** Returns seconds for sleep, rounded up. */
  static String seconds(Duration grace) {
    Duration limited = grace.compareTo(MAX_GRACE) < 0 ? grace : MAX_GRACE;
    return Long.toString(limited.plusNanos(999_999_999).toSeconds());
  }
}
