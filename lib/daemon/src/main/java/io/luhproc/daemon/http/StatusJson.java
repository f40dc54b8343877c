package io.luhproc.daemon.http;

import io.luhproc.process.ProcessEnd;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceStatus;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * Writes the status of services.
 *
 * <p>A service: {@code name}, {@code running}, {@code state}, {@code cause}, {@code blockedOn},
 * {@code processes}. A process: {@code name}, {@code running}, {@code state}, {@code desiredUp},
 * {@code pid}, {@code since}, {@code nextRestart}, {@code retries}, {@code restarts}, {@code
 * cause}, {@code lastExit}, {@code health}, {@code paused}, {@code directory}. Times are ISO-8601
 * in UTC; unknown values are null.
 */
final class StatusJson {
  private final JsonGenerator json;

  StatusJson(JsonGenerator json) {
    this.json = json;
  }

  void write(ServiceStatus service) {
    json.writeStartObject();
    json.writeStringProperty("name", service.name());
    json.writeBooleanProperty("running", service.state() == ProcessState.RUNNING);
    json.writeStringProperty("state", name(service.state()));
    writeCause(service.cause());
    json.writeArrayPropertyStart("blockedOn");
    service.blockedOn().forEach(json::writeString);
    json.writeEndArray();
    json.writeArrayPropertyStart("processes");
    service.processes().forEach(this::write);
    json.writeEndArray();
    json.writeEndObject();
  }

  private void write(ProcessStatus process) {
    json.writeStartObject();
    json.writeStringProperty("name", process.name());
    json.writeBooleanProperty("running", process.state() == ProcessState.RUNNING);
    json.writeStringProperty("state", name(process.state()));
    json.writeBooleanProperty("desiredUp", process.desiredUp());
    if (process.pid().isPresent()) {
      json.writeNumberProperty("pid", process.pid().getAsLong());
    } else {
      json.writeNullProperty("pid");
    }
    writeTime("since", Optional.of(process.since()));
    writeTime("nextRestart", process.nextRestart());
    json.writeNumberProperty("retries", process.retries());
    json.writeNumberProperty("restarts", process.restarts());
    writeCause(process.cause());
    if (process.lastExit().isPresent()) {
      json.writeName("lastExit");
      write(process.lastExit().get());
    } else {
      json.writeNullProperty("lastExit");
    }
    writeText("health", process.health().map(it -> name(it.status())));
    writeText("awaits", process.awaits());
    writeText("message", process.message());
    json.writeBooleanProperty("paused", process.paused());
    json.writeStringProperty("directory", process.directory().toString());
    json.writeEndObject();
  }

  private void write(ProcessEnd end) {
    json.writeStartObject();
    writeTime("time", Optional.of(end.time()));
    if (end.exitCode().isPresent()) {
      json.writeNumberProperty("exitCode", end.exitCode().getAsInt());
    } else {
      json.writeNullProperty("exitCode");
    }
    writeText("signal", end.signal().map(it -> "SIG" + it.name()));
    json.writeStringProperty("reason", end.reason());
    json.writeEndObject();
  }

  /** Writes the first line; the following lines quote the log, which not every caller may read. */
  private void writeCause(Optional<Cause> cause) {
    writeText("cause", cause.map(it -> it.detail().lines().findFirst().orElse("")));
  }

  private void writeTime(String property, Optional<Instant> time) {
    writeText(property, time.map(Instant::toString));
  }

  private void writeText(String property, Optional<String> text) {
    if (text.isPresent()) {
      json.writeStringProperty(property, text.get());
    } else {
      json.writeNullProperty(property);
    }
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
