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

/** What rotation costs a writer, and how soon a reader sees a line. */
final class Logs {
  private static final double LEAST_THROUGHPUT = 0.8;
  private static final double MOST_LATENCY = 2.0;
  private static final int LATENCIES = 3000;

  private Logs() {}

  /** A worker that writes at full speed, with its log rotated every 10 MiB and never. */
  static List<Row> rotation(Setting setting) throws Exception {
    Path folder = setting.scratch("rotation");
    Rounds rounds =
        new Rounds()
            .with("rotated", () -> write(folder, 10L << 20))
            .with("not rotated", () -> write(folder, 1L << 40))
            .run(1, 7);
    double rotated = speed(rounds.of("rotated"));
    double plain = speed(rounds.of("not rotated"));
    return List.of(
        new Row(
            "writer of 100-byte lines, one write(2) each, rotated every 10 MiB",
            lines(rotated) + ", " + Samples.ratio(rotated / plain),
            "not rotated " + lines(plain),
            ">= " + Samples.ratio(LEAST_THROUGHPUT),
            rotated / plain >= LEAST_THROUGHPUT));
  }

  private static double speed(Samples samples) {
    return Writer.LINES / samples.median() / 1000;
  }

  private static String lines(double millions) {
    return String.format(Locale.ROOT, "%.2f M lines/s", millions);
  }

  private static long write(Path folder, long maxBytes) throws Exception {
    ProcessManager manager =
        ProcessManager.builder()
            .app("bench")
            .root(folder.resolve("root"))
            .task(Writer.TASK, context -> {})
            .mainClass(Writer.class.getName())
            .build();
    Path file = folder.resolve("nanos" + System.nanoTime());
    StartOptions options =
        StartOptions.builder()
            .env(Writer.BYTES, Long.toString(maxBytes))
            .env(Writer.FILE, file.toString())
            .build();
    manager.start(Writer.TASK, "writer", options);
    Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofMinutes(2));
    deadline.await(() -> manager.info(Writer.TASK, "writer").flatMap(it -> it.end()).isPresent());
    manager.stop(Writer.TASK, "writer");
    return Long.parseLong(Files.readString(file));
  }

  /** Lines that carry the time of their write(2), one every millisecond or so. */
  static List<Row> follow(Setting setting) throws Exception {
    ProcessManager manager = Rival.manager(List.of("/bin/sleep", "300"), setting.scratch("follow"));
    WorkerInfo worker = manager.start(Rival.TASK, "followed");
    Samples samples = new Samples();
    LogSubscription follow =
        manager
            .logs(Rival.TASK, "followed")
            .follow(it -> samples.add(System.nanoTime() - Long.parseLong(it.text())));
    try (follow;
        OutputStream out = Files.newOutputStream(worker.logFile(), StandardOpenOption.APPEND)) {
      for (int i = 0; i < LATENCIES; i++) {
        TimeSource.system().sleep(Duration.ofNanos(500_000 + i * 7919L % 1_500_000));
        out.write((System.nanoTime() + "\n").getBytes(StandardCharsets.US_ASCII));
      }
      Deadline deadline = Deadline.after(TimeSource.system(), Duration.ofSeconds(10));
      deadline.await(() -> samples.count() == LATENCIES);
    }
    manager.stop(Rival.TASK, "followed");
    double p99 = samples.quantile(0.99);
    return List.of(
        new Row(
            "`follow`, from write(2) to the listener, " + samples.count() + " lines",
            "p50 " + Samples.text(samples.median()) + ", p99 " + Samples.text(p99),
            "",
            "p99 < " + Samples.text(MOST_LATENCY),
            p99 < MOST_LATENCY));
  }
}
