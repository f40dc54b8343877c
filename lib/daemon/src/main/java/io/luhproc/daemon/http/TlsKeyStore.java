package io.luhproc.daemon.http;

import io.luhproc.LuhprocException;
import io.luhproc.daemon.config.TlsFiles;
import io.luhproc.daemon.file.CertificateFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the certificate and the key of a TLS server. */
final class TlsKeyStore {
  /** The password of the store, which is only in memory. */
  static final String PASSWORD = "luhproc";

  private static final int MAX_BYTES = 1 << 20;
  // RFC 7468.
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");
  private static final Set<PosixFilePermission> OF_OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private TlsKeyStore() {}

  /**
   * Returns a store with the key and its certificates.
   *
   * @param now the time at which the certificate must be valid
   * @throws LuhprocException if a file cannot be used, other users can read the key, or the
   *     certificate is not valid now or not that of the key
   */
  static KeyStore load(TlsFiles files, Instant now) {
    List<X509Certificate> certificates = CertificateFile.read(files.certificate());
    X509Certificate first = certificates.get(0);
    checkValidity(files.certificate(), first, now);
    PrivateKey key = readKey(files.key());
    try {
      if (!isPair(key, first.getPublicKey())) {
        throw CertificateFile.failure(files.key(), "it is not the key of " + files.certificate());
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      Certificate[] chain = certificates.toArray(Certificate[]::new);
      store.setKeyEntry("server", key, PASSWORD.toCharArray(), chain);
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw CertificateFile.failure(files.key(), String.valueOf(e.getMessage()), e);
    }
  }

  private static void checkValidity(Path file, X509Certificate certificate, Instant now) {
    Instant start = certificate.getNotBefore().toInstant();
    Instant end = certificate.getNotAfter().toInstant();
    if (now.isAfter(end)) {
      throw CertificateFile.failure(file, "it has expired on " + end + "; renew it");
    }
    if (now.isBefore(start)) {
      throw CertificateFile.failure(file, "it is not valid before " + start);
    }
  }

  private static PrivateKey readKey(Path file) {
    try {
      if (Files.getPosixFilePermissions(file).stream().anyMatch(OF_OTHERS::contains)) {
        throw CertificateFile.failure(file, "other users can read it; run chmod 600 " + file);
      }
      byte[] bytes;
      try (InputStream in = Files.newInputStream(file)) {
        bytes = in.readNBytes(MAX_BYTES);
      }
      return parseKey(file, new String(bytes, StandardCharsets.US_ASCII));
    } catch (IOException | GeneralSecurityException e) {
      throw CertificateFile.failure(file, e.toString(), e);
    }
  }

  private static PrivateKey parseKey(Path file, String text) throws GeneralSecurityException {
    Matcher pem = PEM.matcher(text);
    while (pem.find()) {
      if (pem.group(1).equals("PRIVATE KEY")) {
        return decodeKey(file, Base64.getMimeDecoder().decode(pem.group(2)));
      }
    }
    throw CertificateFile.failure(
        file,
        "it has no PRIVATE KEY in PEM; a key in another form is converted by"
            + " openssl pkcs8 -topk8 -nocrypt");
  }

  private static PrivateKey decodeKey(Path file, byte[] der) throws GeneralSecurityException {
    for (String algorithm : SIGNATURES.keySet()) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException expected) {
        // Of another algorithm.
      }
    }
    throw CertificateFile.failure(file, "it is no key for RSA, EC or EdDSA");
  }

  private static boolean isPair(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
      return false;
    }
    byte[] text = "luhproc".getBytes(StandardCharsets.US_ASCII);
    Signature signature = Signature.getInstance(SIGNATURES.get(key.getAlgorithm()));
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(text);
    return signature.verify(signed);
  }
}
