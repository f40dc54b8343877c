package io.luhproc.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luhproc.log.LogPolicy;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.Supervisor;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Cost of log maintenance for supervised commands that write at full speed. */
final class SupervisedOutputSection {
  // The unit of st_blocks, see stat(2).
  private static final int BLOCK_BYTES = 512;
  private static final double MIN_THROUGHPUT_RATIO = 0.95;
  private static final long MAX_SUPERVISOR_CPU_MILLIS = 500;
  private static final int LINES = 3_000_000;
  private static final int MANY = 20;
  private static final int ROUNDS = 7;
  private static final Duration SETTLE_TIME = Duration.ofSeconds(1);
  private static final long MAX_BYTES = 10L << 20;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private SupervisedOutputSection() {}

  /** Means over the writers of one run. */
  private record Run(double seconds, double cpuSeconds) {}

  private static final class Totals {
    private final Samples ratios = new Samples();
    private final Samples plainCpu = new Samples();
    private final Samples supervisedCpu = new Samples();
    private final Samples supervisorCpu = new Samples();
    private long largestAtEnd;
    private long largestSettled;
    // Of two runs into plain files, which tells how much the machine varies.
    private final Samples plainRatios = new Samples();
  }

  /** Times one writer and 20 writers at once, supervised and into plain files, in turns. */
  static List<ResultRow> rows(BenchEnvironment environment) throws Exception {
    Path folder = environment.createDirectory("supervised-output");
    List<ResultRow> rows = new ArrayList<>(measure(folder.resolve("one"), 1, LINES));
    rows.addAll(measure(folder.resolve("many"), MANY, LINES / 10));
    return rows;
  }

  private static List<ResultRow> measure(Path folder, int writers, int lines) throws Exception {
    Totals totals = new Totals();
    for (int round = 0; round < ROUNDS; round++) {
      sync();
      Run plain = runPlain(folder.resolve("plain" + round), writers, lines);
      sync();
      Run supervised = runSupervised(folder.resolve("supervised" + round), writers, lines, totals);
      sync();
      Run plainAgain = runPlain(folder.resolve("again" + round), writers, lines);
      totals.ratios.add(ratio(plain, supervised));
      totals.plainRatios.add(ratio(plain, plainAgain));
      totals.plainCpu.add(Math.round(plain.cpuSeconds() * 1e9));
      totals.supervisedCpu.add(Math.round(supervised.cpuSeconds() * 1e9));
    }
    String name = writers + " supervised writer(s) of 80-byte lines, rotated every 10 MiB";
    double median = totals.ratios.median() / 1000;
    double plainMedian = totals.plainRatios.median() / 1000;
    // For as many lines as one writer writes.
    double cpu = totals.supervisorCpu.median() * LINES / ((double) writers * lines);
    return List.of(
        new ResultRow(
            name + ", throughput",
            Samples.formatRatio(median) + ", worst " + formatSmallest(totals.ratios),
            "plain file again "
                + Samples.formatRatio(plainMedian)
                + ", worst "
                + formatSmallest(totals.plainRatios),
            ">= " + Samples.formatRatio(MIN_THROUGHPUT_RATIO),
            median >= MIN_THROUGHPUT_RATIO),
        ResultRow.of(
            name + ", CPU of a writer",
            Samples.formatMillis(totals.supervisedCpu.median()),
            "plain file " + Samples.formatMillis(totals.plainCpu.median())),
        new ResultRow(
            name + ", CPU of the supervisor for each 3 million lines",
            Samples.formatMillis(cpu),
            "",
            "< " + MAX_SUPERVISOR_CPU_MILLIS + " ms",
            cpu < MAX_SUPERVISOR_CPU_MILLIS),
        new ResultRow(
            name + ", disk space of the largest active file, a second after the end",
            format(totals.largestSettled / (double) MAX_BYTES) + " of the limit",
            "at the end " + format(totals.largestAtEnd / (double) MAX_BYTES),
            "<= 2",
            totals.largestSettled <= 2 * MAX_BYTES));
  }

  private static long ratio(Run plain, Run other) {
    return Math.round(plain.seconds() / other.seconds() * 1e9);
  }

  private static String formatSmallest(Samples ratios) {
    return format(ratios.quantile(0) / 1000);
  }

  /** Waits until the disk has written what earlier runs left in memory. */
  private static void sync() throws Exception {
    int ignored = new ProcessBuilder("sync").start().waitFor();
  }

  private static String format(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private static List<String> command(int lines, Path result) {
    return BenchEnvironment.javaCommand(
        LineWriterMain.class, Integer.toString(lines), result.toString());
  }

  private static Run runPlain(Path folder, int writers, int lines) throws Exception {
    Files.createDirectories(folder);
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      processes.add(
          new ProcessBuilder(command(lines, folder.resolve("result" + i)))
              .redirectOutput(folder.resolve("out" + i).toFile())
              .start());
    }
    for (Process process : processes) {
      process.waitFor();
    }
    Run run = mean(folder, writers);
    BenchEnvironment.deleteRecursively(folder);
    return run;
  }

  private static Run runSupervised(Path folder, int writers, int lines, Totals totals)
      throws Exception {
    Files.createDirectories(folder);
    ServiceSpec[] services = new ServiceSpec[writers];
    for (int i = 0; i < writers; i++) {
      ProcessSpec process =
          ProcessSpec.command("p", command(lines, folder.resolve("result" + i)))
              .restart(RestartPolicy.never())
              .logs(LogPolicy.defaults().withMaxBytes(MAX_BYTES))
              .build();
      services[i] = ServiceSpec.named("s" + i).process(process).build();
    }
    Run run;
    try (Supervisor supervisor =
        Supervisor.builder().directory(folder.resolve("supervised")).withoutCgroups().build()) {
      supervisor.add(services);
      long cpu = ResourceUsage.readCpuNanos();
      for (ServiceSpec service : services) {
        var ignored = supervisor.start(service.name());
      }
      Deadline deadline = Deadline.after(TimeSource.system(), TIMEOUT);
      for (int i = 0; i < writers; i++) {
        Path result = folder.resolve("result" + i);
        deadline.await(() -> Files.exists(result));
      }
      totals.largestAtEnd = Math.max(totals.largestAtEnd, largestActiveFile(folder));
      TimeSource.system().sleep(SETTLE_TIME);
      totals.largestSettled = Math.max(totals.largestSettled, largestActiveFile(folder));
      totals.supervisorCpu.add(ResourceUsage.readCpuNanos() - cpu);
      run = mean(folder, writers);
    }
    BenchEnvironment.deleteRecursively(folder);
    return run;
  }

  /** Returns the disk space of the largest active file; a flood leaves a hole at its front. */
  private static long largestActiveFile(Path folder) throws Exception {
    long largest = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(it -> it.endsWith("out.log")).toList()) {
        Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
        String blocks = new String(stat.getInputStream().readAllBytes(), UTF_8).strip();
        largest = Math.max(largest, Long.parseLong(blocks) * BLOCK_BYTES);
      }
    }
    return largest;
  }

  private static Run mean(Path folder, int writers) throws Exception {
    double nanos = 0;
    double cpu = 0;
    for (int i = 0; i < writers; i++) {
      String[] fields = Files.readString(folder.resolve("result" + i)).split(" ", -1);
      nanos += Long.parseLong(fields[0]);
      cpu += Long.parseLong(fields[1]);
    }
    return new Run(nanos / writers / 1e9, cpu / writers / 1e9);
  }
}
