package io.luhproc.bench;

import java.io.IOException;
import java.io.InputStream;

/**
 * Idle processes that belong to no measurement, each in its own session and as large as a shell.
 */
final class IdleProcesses implements AutoCloseable {
  private static final String SCRIPT =
      "i=0; while [ $i -lt %d ]; do setsid sleep 3600 & i=$((i+1)); done; echo up; read end;"
          + " kill $(jobs -p)";

  private final Process shell;

  /** Starts the processes and returns when they run. */
  IdleProcesses(int count) throws IOException {
    shell =
        new ProcessBuilder("bash", "-c", SCRIPT.formatted(count))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    InputStream out = shell.getInputStream();
    if (out.read() != 'u') {
      throw new IOException("cannot start " + count + " processes");
    }
  }

  /** Ends the processes and waits until they are gone. */
  @Override
  public void close() throws IOException {
    shell.getOutputStream().close();
    Process ignored = shell.onExit().join();
  }
}
