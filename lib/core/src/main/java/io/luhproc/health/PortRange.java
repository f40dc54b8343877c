package io.luhproc.health;

/** The range of TCP ports. */
final class PortRange {
  private PortRange() {}

  /** Refuses a port that no TCP server can have. */
  static void check(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port (" + port + ") must be from 1 to 65535");
    }
  }
}
