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
 * The JSON of {@code -o json}, one value to a line. Names are camelCase; times are ISO-8601 in UTC;
 * durations are decimal seconds and sizes bytes, as their names say; what is not known is null.
 * Everything outside of ASCII is escaped, so that the bytes are JSON in every locale.
 *
 * <p>A worker ({@code info}, {@code start}, {@code restart}; {@code list}: an array of them):
 *
 * <pre>
 * task, id           strings
 * state              "starting", "running", "ready" or "ended"
 * launched           whether this very command launched it
 * pid                number; of the last process when it has ended
 * startTicks, bootId what, with the pid, tells the process from all others
 * directory, logFile, errorFile
 * started            time
 * uptimeSeconds      how long it has run, or ran
 * end                null while it runs, else an object: time, exitCode, signal, failure, reason
 * rssBytes, cpuSeconds
 * </pre>
 *
 * <p>A stop ({@code stop}; {@code stop --all}: an array of them): {@code task}, {@code id}, {@code
 * outcome} ("stopped", "killed" or "not_running"), {@code tookSeconds}.
 *
 * <p>A line of a log ({@code logs}): {@code stream} ("out" or "err"), {@code time}, {@code text},
 * {@code partial} (whether more of the same line follows).
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

  void worker(WorkerInfo worker) {
    write(worker);
    endLine();
  }

  void workers(List<WorkerInfo> workers) {
    json.writeStartArray();
    workers.forEach(this::write);
    json.writeEndArray();
    endLine();
  }

  void stop(StopResult result) {
    write(result);
    endLine();
  }

  void stops(List<StopResult> results) {
    json.writeStartArray();
    results.forEach(this::write);
    json.writeEndArray();
    endLine();
  }

  void line(LogLine line) {
    json.writeStartObject();
    json.writeStringProperty("stream", name(line.stream()));
    json.writeStringProperty("time", line.time().toString());
    json.writeStringProperty("text", line.text());
    json.writeBooleanProperty("partial", line.partial());
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
    json.writeStringProperty("state", name(worker.state()));
    json.writeBooleanProperty("launched", worker.launched());
    number("pid", worker.identity().map(who -> BigDecimal.valueOf(who.pid())));
    number("startTicks", worker.identity().map(who -> BigDecimal.valueOf(who.startTicks())));
    text("bootId", worker.identity().map(who -> who.bootId()));
    json.writeStringProperty("directory", worker.directory().toString());
    json.writeStringProperty("logFile", worker.logFile().toString());
    json.writeStringProperty("errorFile", worker.errorFile().toString());
    json.writeStringProperty("started", worker.started().toString());
    number("uptimeSeconds", worker.uptime().map(WorkerJson::seconds));
    end(worker.end());
    number("rssBytes", worker.rssBytes().stream().mapToObj(BigDecimal::valueOf).findFirst());
    number("cpuSeconds", worker.cpuTime().map(WorkerJson::seconds));
    json.writeEndObject();
  }

  private void end(Optional<ProcessEnd> how) {
    if (how.isEmpty()) {
      json.writeNullProperty("end");
      return;
    }
    ProcessEnd end = how.get();
    json.writeObjectPropertyStart("end");
    json.writeStringProperty("time", end.time().toString());
    number("exitCode", end.exitCode().stream().mapToObj(BigDecimal::valueOf).findFirst());
    text("signal", end.signal().map(signal -> signal.name()));
    text("failure", end.failure());
    json.writeStringProperty("reason", end.reason());
    json.writeEndObject();
  }

  private void write(StopResult result) {
    json.writeStartObject();
    json.writeStringProperty("task", result.task());
    json.writeStringProperty("id", result.id());
    json.writeStringProperty("outcome", name(result.outcome()));
    json.writeNumberProperty("tookSeconds", seconds(result.elapsed()));
    json.writeEndObject();
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static BigDecimal seconds(Duration duration) {
    return BigDecimal.valueOf(duration.toMillis(), 3);
  }

  private void number(String name, Optional<BigDecimal> value) {
    if (value.isPresent()) {
      json.writeNumberProperty(name, value.get());
    } else {
      json.writeNullProperty(name);
    }
  }

  private void text(String name, Optional<String> value) {
    if (value.isPresent()) {
      json.writeStringProperty(name, value.get());
    } else {
      json.writeNullProperty(name);
    }
  }

  /** Leaves the writer open: it is the command's. */
  @Override
  public void close() {
    json.close();
  }
}
