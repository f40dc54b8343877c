package io.luhproc.cli;

import io.luhproc.log.LogLine;
import io.luhproc.process.ProcessEnd;
import io.luhproc.worker.StopResult;
import io.luhproc.worker.WorkerInfo;
import java.io.Writer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Writes the JSON of {@code -o json}, one value per line.
 *
 * <p>Names are camelCase. Times are ISO-8601 in UTC, durations decimal seconds and sizes bytes, as
 * the names say. Unknown values are null. All non-ASCII characters are escaped, so that the output
 * is valid JSON in every locale.
 *
 * <p>A worker ({@code info}, {@code start}, {@code restart}; {@code list}: an array of these):
 *
 * <pre>
 * task, id           strings
 * state              "starting", "running", "ready" or "ended"
 * launched           whether this command launched it
 * pid                number; of the last process if it has ended
 * startTicks, bootId with the pid, the identity of the process
 * directory, logFile, errorFile
 * started            time
 * uptimeSeconds      time since the start, or between start and end
 * end                null while it runs, else an object: time, exitCode, signal, failure, reason
 * rssBytes, cpuSeconds, classArchive
 * </pre>
 *
 * <p>A stop ({@code stop}; {@code stop --all}: an array of these): {@code task}, {@code id}, {@code
 * outcome} ("stopped", "killed" or "not_running"), {@code tookSeconds}.
 *
 * <p>A line of a log ({@code logs}): {@code stream} ("out" or "err"), {@code time}, {@code text},
 * {@code partial} (whether the same line continues), {@code task} and {@code id} of the worker.
 */
final class WorkerJson implements AutoCloseable {
  private final JsonGenerator json;

  WorkerJson(Writer out) {
    json =
        JsonFactory.builder()
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .disable(
                StreamWriteFeature.AUTO_CLOSE_TARGET, StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .rootValueSeparator("")
            .build()
            .createGenerator(ObjectWriteContext.empty(), out);
  }

  void writeWorker(WorkerInfo worker) {
    write(worker);
    endLine();
  }

  void writeWorkers(List<WorkerInfo> workers) {
    json.writeStartArray();
    workers.forEach(this::write);
    json.writeEndArray();
    endLine();
  }

  void writeStop(StopResult result) {
    write(result);
    endLine();
  }

  void writeStops(List<StopResult> results) {
    json.writeStartArray();
    results.forEach(this::write);
    json.writeEndArray();
    endLine();
  }

  void writeLine(LogLine line, WorkerRef worker) {
    json.writeStartObject();
    json.writeStringProperty("stream", lowerCaseName(line.stream()));
    json.writeStringProperty("time", line.time().toString());
    json.writeStringProperty("text", line.text());
    json.writeBooleanProperty("partial", line.partial());
    json.writeStringProperty("task", worker.task());
    json.writeStringProperty("id", worker.id());
    json.writeEndObject();
    endLine();
  }

  private void endLine() {
    json.writeRaw('\n');
    json.flush();
  }

  private void write(WorkerInfo worker) {
    json.writeStartObject();
    json.writeStringProperty("task", worker.task());
    json.writeStringProperty("id", worker.id());
    json.writeStringProperty("state", lowerCaseName(worker.state()));
    json.writeBooleanProperty("launched", worker.launched());
    writeNumber("pid", worker.identity().map(identity -> BigDecimal.valueOf(identity.pid())));
    writeNumber(
        "startTicks", worker.identity().map(identity -> BigDecimal.valueOf(identity.startTicks())));
    writeText("bootId", worker.identity().map(identity -> identity.bootId()));
    json.writeStringProperty("directory", worker.directory().toString());
    json.writeStringProperty("logFile", worker.logFile().toString());
    json.writeStringProperty("errorFile", worker.errorFile().toString());
    json.writeStringProperty("started", worker.started().toString());
    writeNumber("uptimeSeconds", worker.uptime().map(WorkerJson::seconds));
    writeEnd(worker.end());
    writeNumber("rssBytes", worker.rssBytes().stream().mapToObj(BigDecimal::valueOf).findFirst());
    writeNumber("cpuSeconds", worker.cpuTime().map(WorkerJson::seconds));
    writeText("classArchive", worker.classArchive());
    if (worker.engine().isPresent()) {
      writeEngine(worker.engine().get());
    }
    json.writeEndObject();
  }

  private void writeEngine(WorkerInfo.EngineRun run) {
    json.writeObjectPropertyStart("engine");
    json.writeStringProperty("address", run.address());
    json.writeStringProperty("incarnation", run.incarnation());
    writeText("where", run.where());
    writeText("detail", run.detail());
    json.writeEndObject();
  }

  private void writeEnd(Optional<ProcessEnd> optionalEnd) {
    if (optionalEnd.isEmpty()) {
      json.writeNullProperty("end");
      return;
    }
    ProcessEnd end = optionalEnd.get();
    json.writeObjectPropertyStart("end");
    json.writeStringProperty("time", end.time().toString());
    writeNumber("exitCode", end.exitCode().stream().mapToObj(BigDecimal::valueOf).findFirst());
    writeText("signal", end.signal().map(signal -> signal.name()));
    writeText("failure", end.failure());
    json.writeStringProperty("reason", end.reason());
    json.writeEndObject();
  }

  private void write(StopResult result) {
    json.writeStartObject();
    json.writeStringProperty("task", result.task());
    json.writeStringProperty("id", result.id());
    json.writeStringProperty("outcome", lowerCaseName(result.outcome()));
    json.writeNumberProperty("tookSeconds", seconds(result.elapsed()));
    json.writeEndObject();
  }

  private static String lowerCaseName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static BigDecimal seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3);
  }

  private void writeNumber(String name, Optional<BigDecimal> value) {
    if (value.isPresent()) {
      json.writeNumberProperty(name, value.get());
    } else {
      json.writeNullProperty(name);
    }
  }

  private void writeText(String name, Optional<String> value) {
    if (value.isPresent()) {
      json.writeStringProperty(name, value.get());
    } else {
      json.writeNullProperty(name);
    }
  }

  /** Closes the generator and leaves the writer open. */
  @Override
  public void close() {
    json.close();
  }
}
