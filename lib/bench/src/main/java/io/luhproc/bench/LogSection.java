package io.luhproc.bench;

import io.luhproc.log.LogSubscription;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.WorkerInfo;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Cost of rotation for a writer, and latency of a line to a reader. */
final class LogSection {
  private static final double MIN_THROUGHPUT_RATIO = 0.8;
  private static final double MAX_LATENCY_MILLIS = 2.0;
  private static final int MEASURED_LINES = 3000;

  private LogSection() {}

  /** Times a worker that writes at full speed, with rotation every 10 MiB and without. */
  static List<ResultRow> rotation(BenchEnvironment environment) throws Exception {
    Path folder = environment.createDirectory("rotation");
    InterleavedTrials trials =
        new InterleavedTrials()
            .add("rotated", () -> timeWriter(folder, 10L << 20))
            .add("not rotated", () -> timeWriter(folder, 1L << 40))
            .run(1, 7);
    double rotated = millionLinesPerSecond(trials.samplesOf("rotated"));
    double plain = millionLinesPerSecond(trials.samplesOf("not rotated"));
    return List.of(
        new ResultRow(
            "writer of 100-byte lines, one write(2) each, rotated every 10 MiB",
            formatLineRate(rotated) + ", " + Samples.formatRatio(rotated / plain),
            "not rotated " + formatLineRate(plain),
            ">= " + Samples.formatRatio(MIN_THROUGHPUT_RATIO),
            rotated / plain >= MIN_THROUGHPUT_RATIO));
  }

  private static double millionLinesPerSecond(Samples samples) {
    return LogWriterMain.LINES / samples.median() / 1000;
  }

  private static String formatLineRate(double millions) {
    return String.format(Locale.ROOT, "%.2f M lines/s", millions);
  }

  private static long timeWriter(Path folder, long maxBytes) throws Exception {
    ProcessManager manager =
        ProcessManager.builder()
            .app("bench")
            .root(folder.resolve("root"))
            .task(LogWriterMain.TASK, context -> {})
            .mainClass(LogWriterMain.class.getName())
            .build();
    Path file = folder.resolve("nanos" + System.nanoTime());
    StartOptions options =
        StartOptions.builder()
            .env(LogWriterMain.MAX_BYTES, Long.toString(maxBytes))
            .env(LogWriterMain.RESULT_FILE, file.toString())
            .build();
    manager.start(LogWriterMain.TASK, "writer", options);
    Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofMinutes(2));
    deadline.await(
        () -> manager.info(LogWriterMain.TASK, "writer").flatMap(info -> info.end()).isPresent());
    manager.stop(LogWriterMain.TASK, "writer");
    return Long.parseLong(Files.readString(file));
  }

  /** Measures the latency of lines that contain the time of their write(2), about one per ms. */
  static List<ResultRow> follow(BenchEnvironment environment) throws Exception {
    ProcessManager manager =
        ProcessLibrary.createManager(
            List.of("/bin/sleep", "300"), environment.createDirectory("follow"));
    WorkerInfo worker = manager.start(ProcessLibrary.TASK, "followed");
    Samples samples = new Samples();
    LogSubscription subscription =
        manager
            .logs(ProcessLibrary.TASK, "followed")
            .follow(line -> samples.add(System.nanoTime() - Long.parseLong(line.text())));
    try (subscription;
        OutputStream out = Files.newOutputStream(worker.logFile(), StandardOpenOption.APPEND)) {
      for (int i = 0; i < MEASURED_LINES; i++) {
        TimeSource.system().sleep(Duration.ofNanos(500_000 + i * 7919L % 1_500_000));
        out.write((System.nanoTime() + "\n").getBytes(StandardCharsets.US_ASCII));
      }
      Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofSeconds(10));
      deadline.await(() -> samples.count() == MEASURED_LINES);
    }
    manager.stop(ProcessLibrary.TASK, "followed");
    double p99 = samples.quantile(0.99);
    return List.of(
        new ResultRow(
            "`follow`, from write(2) to the listener, " + samples.count() + " lines",
            "p50 " + Samples.formatMillis(samples.median()) + ", p99 " + Samples.formatMillis(p99),
            "",
            "p99 < " + Samples.formatMillis(MAX_LATENCY_MILLIS),
            p99 < MAX_LATENCY_MILLIS));
  }
}
