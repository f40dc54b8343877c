package io.luhproc.cli.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Finds the user that listens on a TCP port, so that a token is not shown to the server of another
 * user that has taken the port.
 */
final class ListeningPort {
  // See proc(5): /proc/net/tcp, of which the columns are separated by spaces.
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int USER = 7;
  private static final String LISTEN = "0A";

  private ListeningPort() {}

  /**
   * Returns whether one listens, and all that do are of this user. On a system without {@code
   * /proc/net/tcp}, returns true.
   */
  static boolean isOfThisUser(int port) {
    boolean isUsed = false;
    boolean isKnown = false;
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      try {
        String user = Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
        for (String line : Files.readAllLines(Path.of(table))) {
          isKnown = true;
          String[] columns = line.strip().split("\\s+", -1);
          if (isListener(columns, port)) {
            if (!columns[USER].equals(user)) {
              return false;
            }
            isUsed = true;
          }
        }
      } catch (IOException | UnsupportedOperationException expected) {
        // No IPv6, or no /proc.
      }
    }
    return isUsed || !isKnown;
  }

  private static boolean isListener(String[] columns, int port) {
    return columns.length > USER
        && columns[STATE].equals(LISTEN)
        && columns[LOCAL_ADDRESS].endsWith(String.format(Locale.ROOT, ":%04X", port));
  }
}
