package io.luhproc.daemon.ship;

import io.luhproc.daemon.config.ShippingConfig;
import io.luhproc.log.LogStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;

/** Writes the events of one stream as the gzipped body of a request. */
enum BatchFormat {
  /** One JSON object for each event, on a line of its own. */
  NDJSON("application/x-ndjson") {
    @Override
    void write(JsonGenerator json, StreamKey stream, List<LogEvent> events) {
      SerializedString service = new SerializedString(stream.service());
      SerializedString process = new SerializedString(stream.process());
      SerializedString prefix = new SerializedString(stream.stream().prefix());
      Instant time = Instant.MIN;
      SerializedString timestamp = new SerializedString(time.toString());
      for (LogEvent event : events) {
        if (!event.time().equals(time)) {
          time = event.time();
          timestamp = new SerializedString(time.toString());
        }
        json.writeStartObject();
        writeProperty(json, TIMESTAMP, timestamp);
        writeProperty(json, SERVICE, service);
        writeProperty(json, PROCESS, process);
        writeProperty(json, STREAM, prefix);
        json.writeName(MESSAGE);
        json.writeString(event.text());
        if (event.partial()) {
          json.writeBooleanProperty("partial", true);
        }
        json.writeEndObject();
      }
      json.writeRaw('\n');
    }
  },

  /** The JSON form of ExportLogsServiceRequest, see the OTLP specification and its protobuf. */
  OTLP("application/json") {
    @Override
    void write(JsonGenerator json, StreamKey stream, List<LogEvent> events) {
      json.writeStartObject();
      json.writeArrayPropertyStart("resourceLogs");
      json.writeStartObject();
      json.writeObjectPropertyStart("resource");
      json.writeArrayPropertyStart("attributes");
      writeAttribute(json, "service.name", stream.service());
      writeAttribute(json, "service.instance.id", stream.process());
      json.writeEndArray();
      json.writeEndObject();
      json.writeArrayPropertyStart("scopeLogs");
      json.writeStartObject();
      json.writeObjectPropertyStart("scope");
      json.writeStringProperty("name", "luhproc");
      json.writeEndObject();
      json.writeArrayPropertyStart("logRecords");
      events.forEach(event -> writeRecord(json, stream.stream(), event));
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndArray();
      json.writeEndObject();
    }
  };

  private static final JsonFactory FACTORY = JsonFactory.builder().rootValueSeparator("\n").build();
  // Escaped once: a batch has the same strings in each event.
  private static final SerializedString TIMESTAMP = new SerializedString("timestamp");
  private static final SerializedString SERVICE = new SerializedString("service");
  private static final SerializedString PROCESS = new SerializedString("process");
  private static final SerializedString STREAM = new SerializedString("stream");
  private static final SerializedString MESSAGE = new SerializedString("message");
  private static final int INITIAL_BYTES = 4096;
  private static final int BUFFER_BYTES = 8192;

  private final String contentType;

  BatchFormat(String contentType) {
    this.contentType = contentType;
  }

  static BatchFormat of(ShippingConfig.Format format) {
    return switch (format) {
      case NDJSON -> NDJSON;
      case OTLP -> OTLP;
    };
  }

  String contentType() {
    return contentType;
  }

  /** Returns the gzipped events. */
  byte[] encode(StreamKey stream, List<LogEvent> events) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(INITIAL_BYTES);
    try (OutputStream gzip = new FastGzip(bytes);
        JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), gzip)) {
      write(json, stream, events);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  abstract void write(JsonGenerator json, StreamKey stream, List<LogEvent> events);

  private static void writeProperty(
      JsonGenerator json, SerializedString name, SerializedString value) {
    json.writeName(name);
    json.writeString(value);
  }

  private static void writeRecord(JsonGenerator json, LogStream stream, LogEvent event) {
    Instant time = event.time();
    json.writeStartObject();
    // 64-bit integers are strings in the JSON form of protobuf.
    json.writeStringProperty(
        "timeUnixNano", Long.toString(time.getEpochSecond() * 1_000_000_000 + time.getNano()));
    json.writeObjectPropertyStart("body");
    json.writeStringProperty("stringValue", event.text());
    json.writeEndObject();
    json.writeArrayPropertyStart("attributes");
    writeAttribute(json, "log.iostream", stream == LogStream.OUT ? "stdout" : "stderr");
    if (event.partial()) {
      writeAttribute(json, "luhproc.partial", "true");
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void writeAttribute(JsonGenerator json, String key, String value) {
    json.writeStartObject();
    json.writeStringProperty("key", key);
    json.writeObjectPropertyStart("value");
    json.writeStringProperty("stringValue", value);
    json.writeEndObject();
    json.writeEndObject();
  }

  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
