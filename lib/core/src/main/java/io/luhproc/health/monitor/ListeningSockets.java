package io.luhproc.health.monitor;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The listening TCP sockets of this network namespace, from {@code /proc/self/net/tcp} and {@code
 * tcp6}, see proc(5).
 *
 * <p>A line is {@code sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid
 * timeout inode ...}. An address is printed as 32-bit words in the byte order of the machine, in
 * hexadecimal digits, followed by the port.
 */
final class ListeningSockets {
  private static final String LISTEN = "0A";
  private static final String ANY_IPV4 = "00000000";
  private static final String ANY_IPV6 = "0".repeat(32);
  private static final int MIN_FIELDS = 10;

  private final Path directory;

  /**
   * Creates a reader.
   *
   * @param directory {@code /proc/self/net}
   */
  ListeningSockets(Path directory) {
    this.directory = directory;
  }

  /**
   * Returns the inodes of the sockets that accept connections to an address: those that are bound
   * to it or, if there are none, to all addresses. Several sockets share a port with SO_REUSEPORT.
   */
  Set<String> inodes(InetSocketAddress address) throws IOException {
    InetAddress target = address.getAddress();
    String words = words(target.getAddress());
    List<Bound> candidates =
        target instanceof Inet4Address
            ? List.of(
                new Bound("tcp", words),
                new Bound("tcp6", words(mapped(target.getAddress()))),
                new Bound("tcp", ANY_IPV4),
                new Bound("tcp6", ANY_IPV6))
            : List.of(new Bound("tcp6", words), new Bound("tcp6", ANY_IPV6));
    for (Bound bound : candidates) {
      Set<String> inodes =
          inodes(bound.file(), bound.words() + ":%04X".formatted(address.getPort()));
      if (!inodes.isEmpty()) {
        return inodes;
      }
    }
    return Set.of();
  }

  private Set<String> inodes(String file, String local) throws IOException {
    Set<String> inodes = new HashSet<>();
    Path path = directory.resolve(file);
    if (!Files.exists(path)) {
      return inodes; // a kernel without IPv6
    }
    try (BufferedReader lines = Files.newBufferedReader(path, StandardCharsets.ISO_8859_1)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        // Most lines are of other ports, and splitting takes longest.
        if (line.contains(local)) {
          String[] fields = line.strip().split(" +", -1);
          if (fields.length >= MIN_FIELDS && fields[1].equals(local) && fields[3].equals(LISTEN)) {
            boolean ignored = inodes.add(fields[9]);
          }
        }
      }
    }
    return inodes;
  }

  /** Returns an IPv4 address as IPv6 sockets show it, {@code ::ffff:a.b.c.d}. */
  private static byte[] mapped(byte[] ipv4) {
    byte[] ipv6 = new byte[16];
    ipv6[10] = (byte) 0xff;
    ipv6[11] = (byte) 0xff;
    System.arraycopy(ipv4, 0, ipv6, 12, 4);
    return ipv6;
  }

  private static String words(byte[] address) {
    ByteBuffer bytes = ByteBuffer.wrap(address).order(ByteOrder.nativeOrder());
    StringBuilder words = new StringBuilder(32);
    while (bytes.hasRemaining()) {
      words.append(String.format(Locale.ROOT, "%08X", bytes.getInt()));
    }
    return words.toString();
  }

  /**
   * What a socket is bound to.
   *
   * @param file the file that lists it
   * @param words the address as printed there
   */
  private record Bound(String file, String words) {}
}
