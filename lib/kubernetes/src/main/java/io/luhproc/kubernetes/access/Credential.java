package io.luhproc.kubernetes.access;

import java.util.Optional;

/**
 * What proves the identity of this process to the API server.
 *
 * @param authorization the value of the header {@code Authorization}; secret
 * @param key the key and the certificate of the TLS client
 */
public record Credential(Optional<String> authorization, Optional<ClientKey> key) {
  static final Credential NONE = new Credential(Optional.empty(), Optional.empty());

  /**
   * Returns a credential with a bearer token.
   *
   * @param origin where the token is from, for messages
   * @throws AccessException if it cannot be in a header
   */
  static Credential ofToken(String token, String origin) {
    String stripped = token.strip();
    boolean printable = stripped.chars().allMatch(c -> c > ' ' && c < 0x7f);
    if (stripped.isEmpty() || !printable) {
      throw new AccessException(
          "cannot use the token of "
              + origin
              + (stripped.isEmpty() ? ": it is empty" : ": it has blanks or non-ASCII characters")
              + "; request a new one");
    }
    return new Credential(Optional.of("Bearer " + stripped), Optional.empty());
  }

  /** Returns which parts there are, without the secret. */
  @Override
  public String toString() {
    return "Credential[authorization="
        + (authorization.isPresent() ? "set" : "none")
        + (", key=" + (key.isPresent() ? "set" : "none") + "]");
  }
}
