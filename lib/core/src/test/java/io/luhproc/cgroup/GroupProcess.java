package io.luhproc.cgroup;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command that joins a group before its first instruction, as supervised ones do. */
final class GroupProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final Process process;

  private GroupProcess(Process process) {
    this.process = process;
  }

  static GroupProcess start(Cgroup group, String... command) throws IOException {
    return start(group.procsFiles(), command);
  }

  static GroupProcess start(List<Path> procsFiles, String... command) throws IOException {
    StringBuilder join = new StringBuilder();
    for (Path file : procsFiles) {
      join.append("echo $$ > '").append(file).append("' || exit 97; ");
    }
    List<String> words = new ArrayList<>(List.of("sh", "-c", join + "exec \"$@\"", "sh"));
    words.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    return new GroupProcess(builder.redirectInput(new File("/dev/null")).start());
  }

  static GroupProcess shell(Cgroup group, String script) throws IOException {
    return start(group, "sh", "-c", script);
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns all that it writes, when it and all that hold its stdout are gone. */
  String output() throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  int await() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("process " + process.pid() + " does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
