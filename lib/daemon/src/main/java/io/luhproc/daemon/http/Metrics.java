package io.luhproc.daemon.http;

import io.luhproc.LuhprocException;
import io.luhproc.health.HealthStatus;
import io.luhproc.log.LogStream;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessInfo;
import io.luhproc.process.ProcessStat;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes metrics in the formats of Prometheus, from one snapshot of the status. Thread-safe.
 *
 * <p>No registry holds them, so services that are removed leave nothing behind.
 */
final class Metrics {
  private static final double MILLIS_PER_SECOND = 1000;

  private final ApiTarget target;
  private final Supervisor supervisor;
  private final EventCounts events;
  private final ExpositionFormats formats = ExpositionFormats.init();
  // Guarded by this. The start of a process costs more to read than the rest, and never changes.
  private Map<ProcessIdentity, Instant> startTimes = Map.of();
  // Guarded by this. Most logs have not grown since the last scrape.
  private Map<Path, LogLength> logLengths = Map.of();

  Metrics(ApiTarget target, EventCounts events) {
    this.target = target;
    this.supervisor = target.supervisor();
    this.events = events;
  }

  /**
   * Returns the metrics.
   *
   * @param accept the Accept header; OpenMetrics if it names that, else the text format
   */
  synchronized Reply reply(String accept) {
    ExpositionFormatWriter writer = formats.findWriter(accept);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      writer.write(out, new Scrape().run());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Reply(200, writer.getContentType(), out.toString(StandardCharsets.UTF_8));
  }

  /** The size of an active file, and the number of bytes written then. */
  private record LogLength(long fileSize, long writtenBytes) {}

  static GaugeSnapshot.Builder gauge(String name, String help) {
    return GaugeSnapshot.builder().name("luhproc_" + name).help(help);
  }

  /** The exposition adds {@code _total}. */
  static CounterSnapshot.Builder counter(String name, String help) {
    return CounterSnapshot.builder().name("luhproc_" + name).help(help);
  }

  /** Reads the values once. */
  private final class Scrape {
    private final Map<ProcessIdentity, Instant> nextStartTimes = new HashMap<>();
    private final Map<Path, LogLength> nextLogLengths = new HashMap<>();
    private final GaugeSnapshot.Builder up =
        gauge("process_up", "Whether the process is up (1) or not.");
    private final GaugeSnapshot.Builder state =
        gauge("process_state", "1, with the current state of the process as a label.");
    private final GaugeSnapshot.Builder healthy =
        gauge(
            "process_healthy",
            "Whether the health check succeeds (1) or not; absent without a result.");
    private final GaugeSnapshot.Builder startTime =
        gauge("process_start_time_seconds", "When the process was started, since the epoch.");
    private final GaugeSnapshot.Builder memory =
        gauge("process_resident_memory_bytes", "Resident memory, without child processes.");
    private final GaugeSnapshot.Builder threads = gauge("process_threads", "Number of threads.");
    private final CounterSnapshot.Builder cpu =
        counter(
            "process_cpu_seconds",
            "CPU time in user and kernel mode since the start, without child processes.");
    private final CounterSnapshot.Builder restarts =
        counter("process_restarts", "Restarts since the service was added.");
    private final CounterSnapshot.Builder failures =
        counter("process_failures", "Failures since the daemon was started, by reason.");
    private final CounterSnapshot.Builder logBytes =
        counter("process_log_bytes", "Bytes that the process wrote to its logs.");

    MetricSnapshots run() {
      for (ServiceStatus service : supervisor.status().services()) {
        for (ProcessStatus process : service.processes()) {
          add(
              service.name(),
              process,
              Labels.of("service", service.name(), "process", process.name()));
        }
      }
      events
          .failures()
          .forEach(
              (failure, count) ->
                  add(
                      failures,
                      Labels.of(
                          "service", failure.service(),
                          "process", failure.process(),
                          "reason", failure.reason()),
                      (double) count.sum()));
      CounterSnapshot.Builder dropped =
          counter("events_dropped", "Events that a slow reader of events has lost.");
      add(dropped, Labels.EMPTY, (double) events.dropped());
      startTimes = nextStartTimes;
      logLengths = nextLogLengths;
      MetricSnapshots.Builder all =
          MetricSnapshots.builder()
              .metricSnapshot(up.build())
              .metricSnapshot(state.build())
              .metricSnapshot(healthy.build())
              .metricSnapshot(startTime.build())
              .metricSnapshot(memory.build())
              .metricSnapshot(threads.build())
              .metricSnapshot(cpu.build())
              .metricSnapshot(restarts.build())
              .metricSnapshot(failures.build())
              .metricSnapshot(logBytes.build())
              .metricSnapshot(dropped.build());
      target.shipping().ifPresent(it -> ShippingMetrics.addTo(all, it));
      return all.build();
    }

    private void add(String service, ProcessStatus process, Labels labels) {
      add(up, labels, process.state() == ProcessState.RUNNING ? 1 : 0);
      // Without a zero for each other state, which would double the time of a scrape.
      add(state, labels.add("state", process.state().name().toLowerCase(Locale.ROOT)), 1);
      process
          .health()
          .filter(it -> it.status() != HealthStatus.STARTING)
          .ifPresent(it -> add(healthy, labels, it.status() == HealthStatus.HEALTHY ? 1 : 0));
      add(restarts, labels, (double) process.restarts());
      try {
        addUsage(service, process, labels);
        addLogs(process.directory(), supervisor.output(service, process.name()), labels);
      } catch (NoSuchServiceException ignored) {
        // Removed since the snapshot.
      }
    }

    private void addUsage(String service, ProcessStatus process, Labels labels) {
      Optional<ProcessIdentity> identity = process.identity();
      Optional<ProcessStat> stat =
          identity.isEmpty() ? Optional.empty() : supervisor.stat(service, process.name());
      if (stat.isPresent()) {
        add(cpu, labels, stat.get().cpuTime().toMillis() / MILLIS_PER_SECOND);
        add(memory, labels, (double) stat.get().rssBytes());
        add(threads, labels, stat.get().threadCount());
        startTime(service, process.name(), identity.get())
            .ifPresent(it -> add(startTime, labels, it.toEpochMilli() / MILLIS_PER_SECOND));
      }
    }

    private Optional<Instant> startTime(String service, String process, ProcessIdentity identity) {
      Optional<Instant> time =
          Optional.ofNullable(startTimes.get(identity))
              .or(() -> supervisor.info(service, process).flatMap(ProcessInfo::startTime));
      time.ifPresent(it -> nextStartTimes.put(identity, it));
      return time;
    }

    private void addLogs(Path directory, ProcessLog log, Labels labels) {
      for (LogStream stream : LogStream.values()) {
        try {
          Path file = directory.resolve(stream.fileName());
          LogLength length = length(file, log.stream(stream));
          nextLogLengths.put(file, length);
          add(logBytes, labels.add("stream", stream.prefix()), (double) length.writtenBytes());
        } catch (LuhprocException ignored) {
          // A file that is refused has no metric; reading the log reports it.
        }
      }
    }

    private LogLength length(Path file, ProcessLog log) {
      long size = file.toFile().length();
      LogLength last = logLengths.get(file);
      return last != null && last.fileSize() == size
          ? last
          : new LogLength(size, log.writtenBytes());
    }

    private static void add(GaugeSnapshot.Builder gauge, Labels labels, double value) {
      gauge.dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(value).build());
    }

    private static void add(CounterSnapshot.Builder counter, Labels labels, double value) {
      counter.dataPoint(CounterDataPointSnapshot.builder().labels(labels).value(value).build());
    }
  }
}
