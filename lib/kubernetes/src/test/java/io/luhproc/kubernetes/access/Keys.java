package io.luhproc.kubernetes.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** The certificates and keys in the test resources. */
public final class Keys {
  private Keys() {}

  /** Returns the text of a PEM file. */
  public static String read(String name) {
    try (InputStream in = Keys.class.getResourceAsStream("/keys/" + name)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the context of a server for kubernetes.default and localhost. */
  public static SSLContext server() {
    ClientKey key = ClientKey.parse(read("server.crt"), read("server.key"), "server");
    return new ServerTrust(Certificates.parse(read("ca.crt")), Optional.empty(), false)
        .context(Optional.of(key));
  }
}
