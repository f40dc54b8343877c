package io.luhproc.cli.service;

import io.luhproc.cli.client.Json;
import io.luhproc.time.InstantFormat;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A line of the log of a service, or a part of a line that is longer than 64 KiB.
 *
 * @param service the name of the service
 * @param process the name of the process
 * @param isError whether it was written to stderr
 * @param time when it was written
 * @param text the text, without the line feed
 * @param isPartial whether another part of the same line follows
 */
record LogEntry(
    String service, String process, boolean isError, Instant time, String text, boolean isPartial) {

  /** Parses a line of JSON that the daemon has sent. */
  static LogEntry parse(String service, String json) {
    Map<?, ?> line = Json.parse(json) instanceof Map<?, ?> object ? object : Map.of();
    String process = String.valueOf(line.get("process"));
    Object lost = line.get("lostBytes");
    if (lost != null) {
      String text = "[luhproc: " + lost + " bytes were deleted before they were read]";
      return new LogEntry(service, process, true, Instant.MIN, text, false);
    }
    return new LogEntry(
        service,
        process,
        "err".equals(line.get("stream")),
        InstantFormat.parse(String.valueOf(line.get("time"))),
        String.valueOf(line.get("text")),
        Boolean.TRUE.equals(line.get("partial")));
  }

  /** Returns this line with a text before it. */
  LogEntry after(String earlierText) {
    return new LogEntry(service, process, isError, time, earlierText + text, isPartial);
  }

  /** Returns the fields of {@code -o json}. */
  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", service);
    json.put("process", process);
    json.put("stream", isError ? "err" : "out");
    json.put("time", time.toString());
    json.put("text", text);
    return json;
  }
}
