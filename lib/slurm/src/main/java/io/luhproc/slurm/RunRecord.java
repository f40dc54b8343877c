package io.luhproc.slurm;

import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Properties;

/**
 * What is known of a run before its job is submitted: the file {@code record}, in the format of
 * {@link Properties}, with {@code version} 1.
 */
record RunRecord(WorkerKey key, String token, Instant created, Optional<Duration> startTimeout) {
  private static final String VERSION = "1";

  static RunRecord of(WorkerSpec spec, Instant created) {
    return new RunRecord(spec.key(), spec.token(), created, spec.startTimeout());
  }

  String format() {
    Properties values = new Properties();
    values.setProperty("version", VERSION);
    key.app().ifPresent(app -> values.setProperty("app", app));
    values.setProperty("task", key.task());
    values.setProperty("id", key.id());
    values.setProperty("token", token);
    values.setProperty("created", Long.toString(created.toEpochMilli()));
    startTimeout.ifPresent(it -> values.setProperty("start-timeout", it.toString()));
    StringWriter text = new StringWriter();
    try {
      values.store(text, null);
    } catch (IOException e) {
      throw new IllegalStateException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  /** Reads a record; empty if the text is none of this version. */
  static Optional<RunRecord> parse(String text) {
    Properties values = new Properties();
    try {
      values.load(new StringReader(text));
      if (!VERSION.equals(values.getProperty("version"))) {
        return Optional.empty();
      }
      return Optional.of(
          new RunRecord(
              new WorkerKey(
                  Optional.ofNullable(values.getProperty("app")),
                  values.getProperty("task", ""),
                  values.getProperty("id", "")),
              values.getProperty("token", ""),
              Instant.ofEpochMilli(Long.parseLong(values.getProperty("created", ""))),
              Optional.ofNullable(values.getProperty("start-timeout")).map(Duration::parse)));
    } catch (IOException | IllegalArgumentException | java.time.DateTimeException e) {
      return Optional.empty();
    }
  }
}
