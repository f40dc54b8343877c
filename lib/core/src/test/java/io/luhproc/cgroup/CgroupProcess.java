package io.luhproc.cgroup;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that joins a cgroup before its first instruction, like supervised processes. */
final class CgroupProcess implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 60;

  private final Process process;

  private CgroupProcess(Process process) {
    this.process = process;
  }

  static CgroupProcess start(Cgroup cgroup, String... command) throws IOException {
    return start(cgroup.procsFiles(), command);
  }

  static CgroupProcess start(List<Path> procsFiles, String... command) throws IOException {
    StringBuilder script = new StringBuilder();
    for (Path file : procsFiles) {
      script.append("echo $$ > '").append(file).append("' || exit 97; ");
    }
    List<String> arguments = new ArrayList<>(List.of("sh", "-c", script + "exec \"$@\"", "sh"));
    arguments.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(arguments).redirectErrorStream(true);
    return new CgroupProcess(builder.redirectInput(new File("/dev/null")).start());
  }

  static CgroupProcess shell(Cgroup cgroup, String script) throws IOException {
    return start(cgroup, "sh", "-c", script);
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the whole output, once all processes that hold stdout have exited. */
  String output() throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  int awaitExit() throws InterruptedException {
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("process " + process.pid() + " does not exit");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
