package io.luhproc.log.rotate;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of its own that runs one of the small mains; killed at the end. */
final class TestProcess implements AutoCloseable {
  private final Process process;

  private TestProcess(Process process) {
    this.process = process;
  }

  /** Starts a main whose standard output is appended to a file. */
  static TestProcess start(Class<?> main, Path output, Object... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new TestProcess(
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(Redirect.appendTo(output.toFile()))
            .redirectError(Redirect.INHERIT)
            .start());
  }

  boolean isAlive() {
    return process.isAlive();
  }

  int await() throws InterruptedException {
    return process.waitFor();
  }

  /** Kills it with -9 and waits until it is gone. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
