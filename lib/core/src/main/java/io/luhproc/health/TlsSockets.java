package io.luhproc.health;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** Creates TLS sockets that verify the name of the host. */
final class TlsSockets {
  private static final int MAX_FILE_BYTES = 1 << 20;

  private TlsSockets() {}

  /**
   * Returns a TLS socket over a connected socket. The handshake takes place at the first use.
   *
   * @param trusted a PEM file with the certificates to trust; empty for those of this JVM
   */
  static Socket connect(Socket socket, String host, int port, Optional<Path> trusted)
      throws IOException {
    SSLSocketFactory factory =
        trusted.isPresent()
            ? contextTrusting(trusted.get()).getSocketFactory()
            : (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket tlsSocket = (SSLSocket) factory.createSocket(socket, host, port, true);
    SSLParameters parameters = tlsSocket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tlsSocket.setSSLParameters(parameters);
    return tlsSocket;
  }

  private static SSLContext contextTrusting(Path pemFile) throws SSLException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate certificate : readCertificates(pemFile)) {
        store.setCertificateEntry("trusted-" + store.size(), certificate);
      }
      if (store.size() == 0) {
        throw new SSLException("no certificate in " + pemFile + "; it must be a PEM file");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new SSLException("cannot use " + pemFile + ": " + e.getMessage(), e);
    } catch (SSLException e) {
      throw e;
    } catch (IOException e) {
      throw new SSLException("cannot read " + pemFile + ": " + e, e);
    }
  }

  private static Collection<? extends Certificate> readCertificates(Path pemFile)
      throws IOException, GeneralSecurityException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(pemFile)) {
      bytes = in.readNBytes(MAX_FILE_BYTES);
    }
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(bytes));
  }
}
