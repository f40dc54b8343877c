package io.luhproc.kubernetes.access;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * The key and the certificate of a TLS client.
 *
 * @param key the private key; secret
 * @param chain the certificate, and those of its issuers
 */
public record ClientKey(PrivateKey key, List<X509Certificate> chain) {

  /**
   * Reads both from PEM.
   *
   * @param origin where they are from, for messages
   * @throws AccessException if they cannot be read
   */
  static ClientKey parse(String certificates, String key, String origin) {
    try {
      return new ClientKey(PemKey.parse(key), Certificates.parse(certificates));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // No cause: the message of a provider could quote the key.
      String reason =
          e instanceof IllegalArgumentException ? e.getMessage() : e.getClass().getName();
      throw new AccessException("cannot use the client certificate of " + origin + ": " + reason);
    }
  }

  /** Returns the subject, without the key. */
  @Override
  public String toString() {
    return "ClientKey[" + chain.get(0).getSubjectX500Principal().getName() + "]";
  }
}
