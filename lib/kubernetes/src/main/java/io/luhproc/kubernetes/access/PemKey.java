package io.luhproc.kubernetes.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads private keys in PEM: PKCS#8, PKCS#1 (RSA) and SEC 1 (EC).
 *
 * <p>The JDK only reads PKCS#8 (RFC 5208), so the other two are wrapped in it.
 */
final class PemKey {
  private static final Pattern BLOCK =
      Pattern.compile(
          "-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----(.*?)-----END \\1-----", Pattern.DOTALL);
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");
  private static final byte[] VERSION = {0x02, 0x01, 0x00};
  // SEQUENCE { OBJECT IDENTIFIER rsaEncryption (1.2.840.113549.1.1.1), NULL }
  private static final byte[] RSA = bytes("300d06092a864886f70d0101010500");
  // OBJECT IDENTIFIER ecPublicKey (1.2.840.10045.2.1)
  private static final byte[] EC = bytes("06072a8648ce3d0201");
  private static final int SEQUENCE = 0x30;
  private static final int OCTET_STRING = 0x04;
  // The curve in an ECPrivateKey, see RFC 5915.
  private static final int PARAMETERS = 0xa0;

  private PemKey() {}

  private static byte[] bytes(String hex) {
    byte[] bytes = new byte[hex.length() / 2];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Integer.parseInt(hex, 2 * i, 2 * i + 2, 16);
    }
    return bytes;
  }

  /**
   * Reads the first key of a text.
   *
   * @throws IllegalArgumentException if there is none, it is encrypted, or it cannot be read; the
   *     message has no part of the text
   */
  static PrivateKey parse(String pem) throws GeneralSecurityException {
    Matcher block = BLOCK.matcher(pem);
    if (!block.find()) {
      throw new IllegalArgumentException("no private key in PEM");
    }
    String kind = block.group(1);
    String text = block.group(2);
    if (kind.startsWith("ENCRYPTED") || text.contains("ENCRYPTED")) {
      throw new IllegalArgumentException(
          "the key is encrypted; decrypt it with openssl pkey -in KEY -out DECRYPTED");
    }
    byte[] der = decode(text);
    return switch (kind) {
      case "PRIVATE KEY" -> generate(der);
      case "RSA PRIVATE KEY" -> generate(wrap(RSA, der));
      case "EC PRIVATE KEY" -> generate(wrap(element(SEQUENCE, concat(EC, curve(der))), der));
      default ->
          throw new IllegalArgumentException(
              kind + " is not supported; convert it with openssl pkcs8 -topk8 -nocrypt");
    };
  }

  private static byte[] decode(String text) {
    try {
      return Base64.getMimeDecoder().decode(text.strip().getBytes(US_ASCII));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("the private key is not base 64");
    }
  }

  private static PrivateKey generate(byte[] pkcs8) throws GeneralSecurityException {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (GeneralSecurityException expected) {
        // Another algorithm.
      }
    }
    throw new IllegalArgumentException("the private key is not RSA, EC or EdDSA, or is damaged");
  }

  private static byte[] wrap(byte[] algorithm, byte[] key) {
    return element(SEQUENCE, concat(VERSION, concat(algorithm, element(OCTET_STRING, key))));
  }

  /** Returns the curve in an ECPrivateKey: SEQUENCE { version, key, [0] curve, [1] public key }. */
  private static byte[] curve(byte[] ecPrivateKey) {
    try {
      int at = contentOf(ecPrivateKey, 0);
      while (at < ecPrivateKey.length) {
        int content = contentOf(ecPrivateKey, at);
        int end = content + length(ecPrivateKey, at);
        if ((ecPrivateKey[at] & 0xff) == PARAMETERS) {
          return Arrays.copyOfRange(ecPrivateKey, content, end);
        }
        at = end;
      }
    } catch (IndexOutOfBoundsException expected) {
      // It is damaged.
    }
    throw new IllegalArgumentException(
        "the EC key does not name its curve; convert it with openssl pkcs8 -topk8 -nocrypt");
  }

  /** Returns where the content of the element at a position begins. */
  private static int contentOf(byte[] der, int at) {
    int first = der[at + 1] & 0xff;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7f);
  }

  private static int length(byte[] der, int at) {
    int length = der[at + 1] & 0xff;
    if (length >= 0x80) {
      int end = contentOf(der, at);
      length = 0;
      for (int i = at + 2; i < end; i++) {
        length = (length << 8) | (der[i] & 0xff);
      }
    }
    if (length < 0) {
      throw new IndexOutOfBoundsException("negative length");
    }
    return length;
  }

  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    // A length of 64 KiB and more does not occur.
    if (content.length >= 0x100) {
      out.write(0x82);
      out.write(content.length >> 8);
    } else if (content.length >= 0x80) {
      out.write(0x81);
    }
    out.write(content.length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
