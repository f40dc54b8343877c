package io.luhproc.daemon.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A static file of the page. */
final class PageFile {
  // No separators, so that no other resource can be named.
  private static final Pattern NAME = Pattern.compile("[a-z]+\\.(html|css|js|svg)");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");
  private static final int ETAG_LENGTH = 32;

  private final String contentType;
  private final String etag;
  private final byte[] content;

  private PageFile(String contentType, byte[] content) {
    this.contentType = contentType;
    this.etag = etag(content);
    this.content = content;
  }

  /** Reads a file by its name; empty if there is none. */
  static Optional<PageFile> read(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.empty();
    }
    try (InputStream in = PageFile.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        return Optional.empty();
      }
      byte[] content = in.readAllBytes();
      String type = TYPES.get(name.substring(name.indexOf('.') + 1));
      return Optional.of(new PageFile(String.valueOf(type), content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String etag(byte[] content) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
      return '"' + HexFormat.of().formatHex(hash).substring(0, ETAG_LENGTH) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // Every JDK has SHA-256.
    }
  }

  /** Returns the media type. */
  String contentType() {
    return contentType;
  }

  /** Returns a strong validator, see RFC 9110, section 8.8.3. */
  String etag() {
    return etag;
  }

  /** Returns a buffer of the content. */
  ByteBuffer content() {
    return ByteBuffer.wrap(content).asReadOnlyBuffer();
  }
}
