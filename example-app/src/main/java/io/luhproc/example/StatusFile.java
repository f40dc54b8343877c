package io.luhproc.example;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Status file of an indexer: Java properties in UTF-8.
 *
 * <p>The file is replaced by rename, so that a reader sees either the old or the new content.
 *
 * <p>Keys: {@code format} (1), {@code folder}, {@code pid}, {@code phase}, {@code started} and
 * {@code updated} (ISO 8601), {@code indexing} (ISO 8601 duration), {@code rate} (files per
 * second), {@code files}, {@code directories}, {@code count.*} for each {@link Counter}, {@code
 * error}. Unknown keys are ignored.
 *
 * @param path path of the file
 */
record StatusFile(Path path) {
  private static final String FORMAT = "1";
  private static final String COUNT_PREFIX = "count.";

  /** Replaces the file. */
  void write(IndexStatus status) throws IOException {
    Properties values = new Properties();
    values.setProperty("format", FORMAT);
    values.setProperty("folder", status.folder().toString());
    values.setProperty("pid", Long.toString(status.pid()));
    values.setProperty("phase", status.phase().name());
    values.setProperty("started", status.started().toString());
    values.setProperty("updated", status.updated().toString());
    values.setProperty("indexing", status.indexingTime().toString());
    values.setProperty("rate", Long.toString(status.filesPerSecond()));
    values.setProperty("files", Long.toString(status.files()));
    values.setProperty("directories", Long.toString(status.directories()));
    status
        .counts()
        .forEach((count, n) -> values.setProperty(COUNT_PREFIX + count.key(), n.toString()));
    status.lastError().ifPresent(error -> values.setProperty("error", error));
    replace(values);
  }

  private void replace(Properties values) throws IOException {
    Path draft = path.resolveSibling(path.getFileName() + ".new");
    try (Writer out = Files.newBufferedWriter(draft)) {
      values.store(out, null);
    }
    Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Returns the status; empty if the file is missing, damaged or of another format. */
  Optional<IndexStatus> read() throws IOException {
    Properties values = new Properties();
    try (Reader in = Files.newBufferedReader(path)) {
      values.load(in);
      return FORMAT.equals(values.getProperty("format"))
          ? Optional.of(parse(values))
          : Optional.empty();
    } catch (NoSuchFileException
        | CharacterCodingException
        | IllegalArgumentException
        | DateTimeException expected) {
      // The next run of the indexer replaces a damaged file.
      return Optional.empty();
    }
  }

  private static IndexStatus parse(Properties values) {
    Map<Counter, Long> counts = new EnumMap<>(Counter.class);
    for (Counter count : Counter.values()) {
      counts.put(count, Long.valueOf(values.getProperty(COUNT_PREFIX + count.key(), "0")));
    }
    return new IndexStatus(
        Path.of(require(values, "folder")),
        Long.parseLong(require(values, "pid")),
        Phase.valueOf(require(values, "phase")),
        Instant.parse(require(values, "started")),
        Instant.parse(require(values, "updated")),
        Duration.parse(require(values, "indexing")),
        Long.parseLong(require(values, "rate")),
        Long.parseLong(require(values, "files")),
        Long.parseLong(require(values, "directories")),
        counts,
        Optional.ofNullable(values.getProperty("error")));
  }

  private static String require(Properties values, String key) {
    String value = values.getProperty(key);
    if (value == null) {
      throw new IllegalArgumentException(key + " is missing");
    }
    return value;
  }
}
