package io.luhproc.daemon.http;

import io.luhproc.log.LogLine;
import io.luhproc.log.LogStream;
import java.util.List;
import java.util.Locale;

/**
 * Writes log lines in a format.
 *
 * <p>The JSON of a line: {@code time}, {@code process}, {@code stream}, {@code text}, {@code
 * partial}; the last is true if another piece of the same line follows.
 *
 * @param format the format
 * @param timestamps whether a line of text begins with its time
 * @param hasNames whether a line of text names its process
 */
record LogFormatter(StreamFormat format, boolean timestamps, boolean hasNames) {

  /**
   * Appends a line.
   *
   * @param source the process; its position is after the line
   * @param sources all processes, for the id of an event
   */
  void append(
      StringBuilder text,
      LogMessages.Source source,
      LogLine line,
      List<LogMessages.Source> sources) {
    switch (format) {
      case TEXT -> appendText(text, source, line);
      case NDJSON -> text.append(json(source.process(), line));
      case EVENTS ->
          text.append("id: ")
              .append(LogEventId.format(sources))
              .append("\ndata: ")
              .append(json(source.process(), line))
              .append('\n');
    }
  }

  /** Appends a message without data, so that a client can resume before the first line. */
  void appendStart(StringBuilder text, List<LogMessages.Source> sources) {
    if (format == StreamFormat.EVENTS) {
      text.append(EventJson.start(LogEventId.format(sources)));
    }
  }

  /** The second piece of a long line continues the first one. */
  private void appendText(StringBuilder text, LogMessages.Source source, LogLine line) {
    if (!source.isInsideLine()) {
      text.append(timestamps ? line.time() + " " : "");
      text.append(hasNames ? source.process() + " | " : "");
    }
    text.append(line.text()).append(line.partial() ? "" : "\n");
  }

  private static String json(String process, LogLine line) {
    return JsonText.write(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("time", line.time().toString());
          json.writeStringProperty("process", process);
          json.writeStringProperty("stream", name(line.stream()));
          json.writeStringProperty("text", line.text());
          json.writeBooleanProperty("partial", line.partial());
          json.writeEndObject();
        });
  }

  private static String name(LogStream stream) {
    return stream.name().toLowerCase(Locale.ROOT);
  }

  /** Appends that bytes of a process were deleted before they were read. */
  void appendLost(StringBuilder text, String process, long bytes) {
    String json =
        JsonText.write(
            it -> {
              it.writeStartObject();
              it.writeStringProperty("process", process);
              it.writeNumberProperty("lostBytes", bytes);
              it.writeEndObject();
            });
    switch (format) {
      case TEXT ->
          text.append("[luhproc: ")
              .append(bytes)
              .append(" bytes of ")
              .append(process)
              .append(" were deleted before they were read]\n");
      case NDJSON -> text.append(json);
      case EVENTS -> text.append("event: lost\ndata: ").append(json).append('\n');
    }
  }
}
