package io.luhproc.queue;

import io.luhproc.worker.StartOptions;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * A worker of a queue, as stored in a file.
 *
 * @param number its place in the queue; smaller ones are started first
 * @param task its task
 * @param id its id
 * @param options the options of its start, without variables, with the token of the start
 * @param engine the engine that it was assigned to; empty while it waits
 * @param started whether the engine has accepted the start
 */
record QueueEntry(
    long number,
    String task,
    String id,
    StartOptions options,
    Optional<String> engine,
    boolean started) {

  QueueEntry assignedTo(Optional<String> newEngine) {
    return new QueueEntry(number, task, id, options, newEngine, false);
  }

  QueueEntry asStarted() {
    return new QueueEntry(number, task, id, options, engine, true);
  }

  /** Returns what no other entry of a queue has. */
  String key() {
    return key(task, id);
  }

  static String key(String task, String id) {
    return task + '\0' + id;
  }

  byte[] encode() {
    Properties properties = new Properties();
    properties.setProperty("task", task);
    properties.setProperty("id", id);
    properties.setProperty("token", options.token().orElseThrow());
    options.directory().ifPresent(it -> properties.setProperty("directory", it.toString()));
    put(properties, "argument", options.arguments());
    put(properties, "jvmOption", options.jvmOptions());
    put(properties, "removedJvmOption", options.removedJvmOptions());
    engine.ifPresent(it -> properties.setProperty("engine", it));
    properties.setProperty("started", Boolean.toString(started));
    StringWriter text = new StringWriter();
    try {
      properties.store(text, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void put(Properties properties, String name, List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      properties.setProperty(name + '.' + i, values.get(i));
    }
  }

  /** Returns the entry of a file; empty if it is damaged. */
  static Optional<QueueEntry> decode(long number, byte[] bytes) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(new String(bytes, StandardCharsets.UTF_8)));
      StartOptions.Builder options = StartOptions.builder();
      get(properties, "argument").forEach(options::argument);
      get(properties, "jvmOption").forEach(options::jvmOption);
      get(properties, "removedJvmOption").forEach(options::withoutJvmOption);
      Optional.ofNullable(properties.getProperty("directory"))
          .ifPresent(it -> options.directory(Path.of(it)));
      String task = properties.getProperty("task", "");
      String id = properties.getProperty("id", "");
      String token = properties.getProperty("token", "");
      if (task.isEmpty() || id.isEmpty() || token.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new QueueEntry(
              number,
              task,
              id,
              options.token(token).build(),
              Optional.ofNullable(properties.getProperty("engine")),
              Boolean.parseBoolean(properties.getProperty("started"))));
    } catch (IOException | IllegalArgumentException expected) {
      return Optional.empty();
    }
  }

  private static List<String> get(Properties properties, String name) {
    List<String> values = new ArrayList<>();
    String value = properties.getProperty(name + ".0");
    while (value != null) {
      values.add(value);
      value = properties.getProperty(name + '.' + values.size());
    }
    return values;
  }
}
