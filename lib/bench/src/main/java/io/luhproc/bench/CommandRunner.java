package io.luhproc.bench;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a command and waits for its result. */
final class CommandRunner {
  private final List<String> command;
  private final Map<String, String> environment;

  CommandRunner(List<String> command, Map<String, String> environment) {
    this.command = command;
    this.environment = environment;
  }

  /** Returns the time from launch to exit, for any exit code; the output is discarded. */
  long timeToExit() throws IOException, InterruptedException {
    long start = System.nanoTime();
    int ignored = exitCode();
    return System.nanoTime() - start;
  }

  /** Runs the command and returns its exit code; the output is discarded. */
  int exitCode() throws IOException, InterruptedException {
    return builder()
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /** Starts the command with both streams appended to a file. */
  Process startWithLog(Path log) throws IOException {
    File file = log.toFile();
    return builder()
        .redirectOutput(ProcessBuilder.Redirect.appendTo(file))
        .redirectError(ProcessBuilder.Redirect.appendTo(file))
        .start();
  }

  /** Runs the command and returns the number on its last line. */
  long readLastNumber() throws IOException, InterruptedException {
    List<String> lines = readLines();
    return Long.parseLong(lines.get(lines.size() - 1));
  }

  /** Runs the command and returns its metrics; each line is a name and a number. */
  Map<String, Double> readMetrics() throws IOException, InterruptedException {
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (String line : readLines()) {
      int space = line.indexOf(' ');
      metrics.put(line.substring(0, space), Double.parseDouble(line.substring(space + 1)));
    }
    return metrics;
  }

  private List<String> readLines() throws IOException, InterruptedException {
    Process process = builder().redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    List<String> lines = text.lines().toList();
    if (code != 0 || lines.isEmpty()) {
      throw new IOException(command + " printed " + lines + " and exited with " + code);
    }
    return lines;
  }

  private ProcessBuilder builder() {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectInput(new File("/dev/null"));
    return builder;
  }
}
