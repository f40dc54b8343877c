package io.luhproc.spawn;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The result of a tool that was run to find out what it can do.
 *
 * @param exitStatus its exit status
 * @param output its stdout
 */
record ToolRun(int exitStatus, String output) {

  /**
   * Runs a command, without input, and waits for its exit.
   *
   * @return empty if it could not be started, for example because no process is left
   */
  static Optional<ToolRun> of(List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of(new ToolRun(process.waitFor(), output));
    } catch (IOException expected) {
      // The caller does without the tool.
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
