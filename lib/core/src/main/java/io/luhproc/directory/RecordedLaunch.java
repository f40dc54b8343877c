package io.luhproc.directory;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Properties;

/**
 * Identifies the launch that a {@link ProcessRecord} is about. A cold worker needs no more of it
 * before its task; the whole record takes it some milliseconds.
 *
 * @param key app, task and id
 * @param token the token of the launch, unique among those of its directory
 */
public record RecordedLaunch(ProcessKey key, String token) {
  static final String FORMAT = "1";

  /** Returns the launch in a record; empty if it is truncated, damaged or of another version. */
  static Optional<RecordedLaunch> decode(byte[] bytes) {
    try {
      Properties properties = load(bytes);
      String task = properties.getProperty("task");
      String id = properties.getProperty("id");
      String token = properties.getProperty("launch");
      if (!isComplete(properties) || task == null || id == null || token == null) {
        return Optional.empty();
      }
      Optional<String> app = Optional.ofNullable(properties.getProperty("app"));
      return Optional.of(new RecordedLaunch(new ProcessKey(app, task, id), token));
    } catch (IOException | IllegalArgumentException expected) {
      return Optional.empty();
    }
  }

  static Properties load(byte[] bytes) throws IOException {
    Properties properties = new Properties();
    properties.load(new StringReader(new String(bytes, StandardCharsets.ISO_8859_1)));
    return properties;
  }

  /** Returns whether the values are those of a whole record of this version. */
  static boolean isComplete(Properties properties) {
    return FORMAT.equals(properties.getProperty("format"))
        && "true".equals(properties.getProperty("complete"));
  }
}
