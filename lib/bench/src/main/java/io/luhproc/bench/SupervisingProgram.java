package io.luhproc.bench;

import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A supervisor in the foreground with children that sleep, and the command that shows them. */
final class SupervisingProgram implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private final Process process;
  private final CommandRunner status;

  private SupervisingProgram(
      List<String> command, List<String> status, Map<String, String> variables, Path folder)
      throws IOException, InterruptedException {
    this.status = new CommandRunner(status, variables);
    process = new CommandRunner(command, variables).startWithLog(folder.resolve("log"));
    Deadline deadline = Deadline.after(TimeSource.system(), TIMEOUT);
    while (this.status.exitCode() != 0) {
      if (deadline.isExpired() || !process.isAlive()) {
        process.destroy();
        throw new IOException(
            command + " did not start: " + Files.readString(folder.resolve("log")));
      }
    }
  }

  /** Starts luhproc with its launcher, whose class archive it makes first. */
  static SupervisingProgram luhproc(Path launcher, Path folder, int children)
      throws IOException, InterruptedException {
    LuhprocProgram program =
        LuhprocProgram.create(
            launcher, folder, sections("[services.s%d]\ncommand = [%s]\n", children));
    return new SupervisingProgram(
        program.command("up", "--foreground"),
        program.command("status"),
        program.variables(),
        folder);
  }

  /** Starts supervisord of Debian. */
  static SupervisingProgram supervisord(Path folder, int children)
      throws IOException, InterruptedException {
    String file =
        Files.writeString(
                folder.resolve("supervisord.conf"),
                """
                [supervisord]
                logfile=%1$s/supervisord.log
                pidfile=%1$s/supervisord.pid
                childlogdir=%1$s
                [unix_http_server]
                file=%1$s/sock
                [supervisorctl]
                serverurl=unix://%1$s/sock
                [rpcinterface:supervisor]
                supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
                """
                        .formatted(folder)
                    + sections("[program:s%d]\ncommand=%s\n", children)
                        .replace("\"", "")
                        .replace(", ", " "))
            .toString();
    return new SupervisingProgram(
        List.of("supervisord", "--nodaemon", "-c", file),
        List.of("supervisorctl", "-c", file, "status"),
        Map.of(),
        folder);
  }

  private static String sections(String format, int children) {
    StringBuilder text = new StringBuilder();
    IntStream.range(0, children)
        .forEach(i -> text.append(format.formatted(i, "\"sleep\", \"3600\"")));
    return text.toString();
  }

  String pid() {
    return Long.toString(process.pid());
  }

  /** Returns the command that shows the children. */
  CommandRunner status() {
    return status;
  }

  @Override
  public void close() {
    process.destroy();
    Process ignored = process.onExit().join();
  }
}
