package io.luhproc.daemon.file;

import io.luhproc.LuhprocException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Reads files of certificates in PEM. */
public final class CertificateFile {
  private static final int MAX_BYTES = 1 << 20;

  private CertificateFile() {}

  /**
   * Returns the certificates of a file, at least one.
   *
   * @throws LuhprocException if it cannot be read, or has none
   */
  public static List<X509Certificate> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> read =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(in.readNBytes(MAX_BYTES)));
      if (read.isEmpty()) {
        throw failure(file, "it has no certificate in PEM");
      }
      return read.stream().map(X509Certificate.class::cast).toList();
    } catch (IOException | GeneralSecurityException e) {
      throw failure(file, e.toString(), e);
    }
  }

  /**
   * Returns a context that trusts the certificates of a file and no others.
   *
   * @throws LuhprocException if they cannot be used
   */
  public static SSLContext contextTrusting(Path file) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (X509Certificate certificate : read(file)) {
        store.setCertificateEntry("trusted-" + store.size(), certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw failure(file, e.toString(), e);
    }
  }

  /** Returns the failure of a file that TLS needs. */
  public static LuhprocException failure(Path file, String cause) {
    return new LuhprocException(message(file, cause));
  }

  /** Returns the failure of a file that TLS needs. */
  public static LuhprocException failure(Path file, String cause, Exception e) {
    return new LuhprocException(message(file, cause), e);
  }

  private static String message(Path file, String cause) {
    return "cannot use " + file + " for TLS: " + cause;
  }
}
