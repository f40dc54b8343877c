package io.luhproc.daemon.http;

import io.luhproc.LuhprocException;
import io.luhproc.daemon.file.PrivateFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** The bearer token of a daemon, in a file that only its user can read. */
final class AccessToken {
  private static final int RANDOM_BYTES = 32;
  private static final int MAX_LENGTH = 1024;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final byte[] token;

  private AccessToken(byte[] token) {
    this.token = token;
  }

  /**
   * Reads the token, or creates the file with a random one.
   *
   * @throws LuhprocException if the file cannot be used or written, or others can read it
   */
  static AccessToken readOrCreate(Path file) {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      create(file);
    }
    try {
      checkPermissions(file);
      String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
      if (text.isEmpty() || text.length() > MAX_LENGTH) {
        throw new LuhprocException(
            "cannot use the token file " + file + ": it holds no token; delete it");
      }
      return new AccessToken(text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new LuhprocException("cannot read the token file " + file + ": " + e, e);
    }
  }

  /** Renames the file into place: one that a full disk cut short would be a weak token. */
  private static void create(Path file) {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    String text = HexFormat.of().formatHex(random) + "\n";
    try {
      PrivateFile.replace(file, text.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new LuhprocException(
          "cannot write the token file " + file + ": " + e + "; " + PrivateFile.REMEDY, e);
    }
  }

  private static void checkPermissions(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new LuhprocException(
          "cannot use the token file " + file + ": it is no regular file; delete it");
    }
    Set<PosixFilePermission> permissions =
        Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS);
    if (!OWNER_ONLY.containsAll(permissions)) {
      throw new LuhprocException(
          "cannot use the token file "
              + file
              + ": other users can read it; delete it, and a new token is made");
    }
  }

  /** Compares with the value of an Authorization header, in constant time. */
  boolean matches(String authorization) {
    String scheme = "Bearer ";
    return authorization.regionMatches(true, 0, scheme, 0, scheme.length())
        && MessageDigest.isEqual(
            token,
            authorization.substring(scheme.length()).strip().getBytes(StandardCharsets.UTF_8));
  }
}
