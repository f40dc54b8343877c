package io.luhproc.bench;

import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * A program that makes one measurement of one {@link ChildPool} and prints lines of a metric name
 * and a number. Its arguments are the measurement, the kind of pool, and a folder.
 */
final class ChildPoolMain {
  private static final int FLEET_SIZE = 1000;
  private static final int BATCH_SIZE = 50;
  // In batches; the JIT compilers need some thousand starts.
  private static final int WARMUPS = 80;
  private static final int BATCHES = 100;
  private static final int WARMUP_RESPAWNS = 1000;
  // For NuProcess, which needs a quarter of a second per respawn.
  private static final int SLOW_WARMUP_RESPAWNS = 100;
  private static final int RESPAWNS = 500;
  private static final int FEW_ROUNDS = 150;
  private static final Duration IDLE_WINDOW = Duration.ofSeconds(45);
  private static final Duration SETTLE_TIME = Duration.ofSeconds(10);
  private static final Duration COOLDOWN = Duration.ofSeconds(45);
  private static final Duration INTERVAL = Duration.ofMillis(20);

  private final String poolKind;
  private final Path folder;

  private ChildPoolMain(String poolKind, Path folder) {
    this.poolKind = poolKind;
    this.folder = folder;
  }

  /** Runs the measurement. */
  public static void main(String[] args) throws Exception {
    ChildPoolMain program =
        new ChildPoolMain(args[1], Files.createTempDirectory(Path.of(args[2]), "held"));
    switch (args[0]) {
      case "spawn" -> program.measureSpawn();
      case "fleet" -> program.measureFleet();
      case "respawn" -> program.measureRespawn();
      case "beside" -> program.measureBesideOthers();
      case "events" -> program.measureEvents();
      case "restarts" -> program.measureRestarts();
      default -> throw new IllegalArgumentException("measurement (" + args[0] + ") is unknown");
    }
    // NuProcess leaves non-daemon threads behind.
    System.exit(0);
  }

  private ChildPool openPool(int count) {
    return switch (poolKind) {
      case "luhproc" -> new SupervisorPool(folder, count);
      case "parallel" -> new ProcessBuilderPool(folder, count, true);
      case "NuProcess" -> new NuProcessPool(count);
      case "posix_spawn" -> new PosixSpawnPool(folder, count);
      default -> new ProcessBuilderPool(folder, count, false);
    };
  }

  private static void printMetric(String name, double value) {
    System.out.println(name + " " + String.format(Locale.ROOT, "%.6f", value));
  }

  /** Measures sequential starts: wall time of each, and CPU time per start of a batch. */
  private void measureSpawn() throws Exception {
    Samples wall = new Samples();
    Samples cpu = new Samples();
    try (ChildPool pool = openPool(BATCH_SIZE)) {
      for (int batch = 0; batch < BATCHES; batch++) {
        long before = ResourceUsage.readCpuNanos();
        for (int i = 0; i < BATCH_SIZE; i++) {
          long start = System.nanoTime();
          pool.start(i);
          if (batch >= WARMUPS) {
            wall.add(System.nanoTime() - start);
          }
        }
        if (batch >= WARMUPS) {
          cpu.add((ResourceUsage.readCpuNanos() - before) / BATCH_SIZE);
        }
        pool.killFirst(BATCH_SIZE);
      }
    }
    printMetric("wall", wall.median());
    printMetric("cpu", cpu.median());
  }

  private void measureFleet() throws Exception {
    ResourceUsage before = ResourceUsage.afterFullGc();
    if (poolKind.equals("nothing")) {
      measureIdle();
      return;
    }
    try (ChildPool pool = openPool(FLEET_SIZE)) {
      long start = System.nanoTime();
      pool.startAll();
      printMetric("start", (System.nanoTime() - start) / 1e6);
      printMetric("startCpu", (ResourceUsage.readCpuNanos() - before.cpuNanos()) / 1e6);
      TimeSource.system().sleep(SETTLE_TIME);
      ResourceUsage after = ResourceUsage.afterFullGc();
      printMetric("rss", (after.rssBytes() - before.rssBytes()) / 1024.0 / FLEET_SIZE);
      printMetric("heap", (after.heapBytes() - before.heapBytes()) / 1024.0 / FLEET_SIZE);
      if (!poolKind.equals("parallel") && !poolKind.equals("NuProcess")) {
        measureIdle();
      }
    }
  }

  /** Measures the idle CPU time after a pause in which the JIT compilers finish. */
  private static void measureIdle() throws IOException, InterruptedException {
    TimeSource.system().sleep(COOLDOWN);
    printMetric(
        "idle", 100.0 * ResourceUsage.measureCpuExternally(IDLE_WINDOW) / IDLE_WINDOW.toNanos());
  }

  private void measureRespawn() throws Exception {
    try (ChildPool pool = openPool(1)) {
      pool.start(0);
      if (pool instanceof SupervisorPool supervisorPool) {
        supervisorPool.subscribe();
      }
      Samples samples = new Samples();
      int warmups = poolKind.equals("NuProcess") ? SLOW_WARMUP_RESPAWNS : WARMUP_RESPAWNS;
      for (int i = 0; i < warmups + RESPAWNS; i++) {
        TimeSource.system().sleep(INTERVAL);
        if (i == warmups && pool instanceof SupervisorPool supervisorPool) {
          supervisorPool.latencies().clear();
        }
        long nanos = pool.respawn(0);
        if (i >= warmups) {
          samples.add(nanos);
        }
      }
      printMetric("p50", samples.median());
      printMetric("p99", samples.quantile(0.99));
      if (pool instanceof SupervisorPool supervisorPool) {
        printMetric("event50", supervisorPool.latencies().median());
        printMetric("event99", supervisorPool.latencies().quantile(0.99));
      }
    }
  }

  /** Measures restarts and stops, with fewer rounds than {@link #measureRespawn()}. */
  private void measureBesideOthers() throws Exception {
    try (ChildPool pool = openPool(1)) {
      pool.start(0);
      if (pool instanceof SupervisorPool supervisorPool) {
        supervisorPool.subscribe();
      }
      Samples respawns = new Samples();
      Samples stops = new Samples();
      for (int i = 0; i < 2 * FEW_ROUNDS; i++) {
        TimeSource.system().sleep(INTERVAL);
        respawns.add(pool.respawn(0));
        if (i == FEW_ROUNDS) {
          respawns.clear();
        }
      }
      for (int i = 0; i < FEW_ROUNDS; i++) {
        TimeSource.system().sleep(INTERVAL);
        long start = System.nanoTime();
        pool.stop(0);
        stops.add(System.nanoTime() - start);
        pool.start(0);
      }
      printMetric("respawn", respawns.median());
      printMetric("stop", stops.median());
    }
  }

  private void measureEvents() throws Exception {
    Samples latencies =
        switch (poolKind) {
          case "luhproc" -> EventLatencyMeter.measureSupervisor(folder.resolve("supervised"));
          case "SubmissionPublisher" -> EventLatencyMeter.measureSubmissionPublisher();
          default -> EventLatencyMeter.measureBlockingQueue();
        };
    printMetric("p50", latencies.median());
    printMetric("p99", latencies.quantile(0.99));
  }

  private void measureRestarts() throws Exception {
    int services = 4;
    try (ChildPool pool = openPool(services)) {
      pool.startAll();
      if (pool instanceof SupervisorPool supervisorPool) {
        supervisorPool.subscribe();
      }
      for (int i = 1; i <= 10_000; i++) {
        long ignored = pool.respawn(i % services);
        if (pool instanceof SupervisorPool supervisorPool) {
          // Otherwise the list of latencies would be the growth.
          supervisorPool.latencies().clear();
        }
        if (i == 1_000 || i == 10_000) {
          ResourceUsage now = ResourceUsage.afterFullGc();
          printMetric("heap" + i, now.heapBytes() / 1024.0);
          printMetric("rss" + i, now.rssBytes() / 1024.0);
        }
      }
    }
  }
}
