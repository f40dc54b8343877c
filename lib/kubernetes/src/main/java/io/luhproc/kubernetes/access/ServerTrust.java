package io.luhproc.kubernetes.access;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Which certificate the API server must have.
 *
 * @param authorities the issuers to trust; empty for those of this JVM
 * @param serverName the name in the certificate; empty for the host of the URL
 * @param insecure whether any certificate is accepted
 */
public record ServerTrust(
    List<X509Certificate> authorities, Optional<String> serverName, boolean insecure) {
  private static final char[] NO_PASSWORD = new char[0];

  /**
   * Returns a TLS context for a client.
   *
   * @throws AccessException if this JVM refuses the certificates or the key
   */
  public SSLContext context(Optional<ClientKey> key) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(key.isPresent() ? keyManagers(key.get()) : null, trustManagers(), null);
      return serverName.isPresent() ? new NamedTlsContext(context, serverName.get()) : context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AccessException("cannot use the certificates of the cluster: " + e, e);
    }
  }

  private static KeyManager[] keyManagers(ClientKey key)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    store.setKeyEntry("client", key.key(), NO_PASSWORD, key.chain().toArray(Certificate[]::new));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, NO_PASSWORD);
    return factory.getKeyManagers();
  }

  private TrustManager @Nullable [] trustManagers() throws GeneralSecurityException, IOException {
    if (insecure) {
      return new TrustManager[] {new AnyCertificate()};
    }
    if (authorities.isEmpty()) {
      return null;
    }
    KeyStore store = emptyStore();
    for (X509Certificate authority : authorities) {
      store.setCertificateEntry("authority-" + store.size(), authority);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /** An extended trust manager, because TLS checks the name of the host for any other. */
  private static final class AnyCertificate extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
