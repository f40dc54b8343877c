package io.luhproc.daemon.http;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessStat;
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
 * {@code pid}, {@code place}, {@code started}, {@code since}, {@code nextRestart}, {@code retries},
 * {@code restarts}, {@code cause}, {@code lastExit}, {@code health}, {@code paused}, {@code
 * directory}, {@code awaits}, {@code message}, {@code usage}. The usage: {@code cpuSeconds}, {@code
 * memoryBytes}, {@code threads}. Times are ISO-8601 in UTC; unknown values are null.
 */
final class StatusJson {
  private static final double MILLIS_PER_SECOND = 1000;

  private final JsonGenerator json;
  private final Usage usage;

  StatusJson(JsonGenerator json, Usage usage) {
    this.json = json;
    this.usage = usage;
  }

  /** Reads what a process uses; empty if it is not alive. */
  @FunctionalInterface
  interface Usage {
    Optional<ProcessStat> of(String service, String process);
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
    service.processes().forEach(process -> write(service.name(), process));
    json.writeEndArray();
    json.writeEndObject();
  }

  private void write(String service, ProcessStatus process) {
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
    writeText("place", process.place());
    writeTime("started", process.startedAt());
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
    json.writeName("usage");
    write(process.pid().isPresent() ? usage.of(service, process.name()) : Optional.empty());
    json.writeEndObject();
  }

  private void write(Optional<ProcessStat> used) {
    if (used.isEmpty()) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    json.writeNumberProperty("cpuSeconds", used.get().cpuTime().toMillis() / MILLIS_PER_SECOND);
    json.writeNumberProperty("memoryBytes", used.get().rssBytes());
    json.writeNumberProperty("threads", used.get().threadCount());
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
