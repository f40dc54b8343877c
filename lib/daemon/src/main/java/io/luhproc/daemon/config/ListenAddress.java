package io.luhproc.daemon.config;

/**
 * A host and a port, written {@code host:port} or {@code [::1]:port}.
 *
 * @param host the host name or IP address, without brackets
 * @param port the port, 0 to 65535
 * @since 0.1
 */
public record ListenAddress(String host, int port) {
  private static final int MAX_PORT = 65_535;

  /**
   * Parses an address.
   *
   * @throws IllegalArgumentException if the text has another form or the port is out of range
   */
  public static ListenAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      host = "";
    }
    int port = parsePort(text.substring(colon + 1));
    if (host.isBlank() || port < 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "address (" + text + ") must be host:port, such as localhost:8080 or [::1]:8080");
    }
    return new ListenAddress(host, port);
  }

  private static int parsePort(String text) {
    try {
      return text.isEmpty() || text.charAt(0) == '+' ? -1 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
