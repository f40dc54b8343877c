package io.luhproc.cli.text;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Determines how many columns the terminal on stdout has. */
public final class TerminalWidth {
  private static final int DEFAULT_COLUMNS = 80;
  private static final Path STDOUT = Path.of("/proc/self/fd/1");
  private static final long TIMEOUT_MILLIS = 500;

  private TerminalWidth() {}

  /** Returns {@code COLUMNS} if it is set, else what stty(1) reports, else 80. */
  public static int columns(Map<String, String> environment) {
    int set = parse(environment.getOrDefault("COLUMNS", ""));
    if (set > 0) {
      return set;
    }
    int reported = reportedColumns();
    return reported > 0 ? reported : DEFAULT_COLUMNS;
  }

  // The ioctl TIOCGWINSZ needs native code, whose first call takes 200 ms; stty(1) takes 5 ms.
  private static int reportedColumns() {
    try {
      File terminal = Files.readSymbolicLink(STDOUT).toFile();
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(terminal)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!stty.waitFor(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
        Process ignored = stty.destroyForcibly();
        return 0;
      }
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return parse(size.strip().replaceFirst("^[0-9]+ ", ""));
    } catch (IOException | UnsupportedOperationException expected) {
      return 0; // no /proc, or no stty(1)
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  private static int parse(String text) {
    return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
  }
}
