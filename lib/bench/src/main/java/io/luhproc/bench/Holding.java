package io.luhproc.bench;

import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * A program that measures one thing of one who holds children, and prints lines of a name and a
 * number. Its arguments are the thing, the holder, and a folder.
 */
final class Holding {
  private static final int MANY = 1000;
  private static final int BATCH = 50;
  // The compilers are done with a start after some thousands.
  private static final int WARMUPS = 80;
  private static final int BATCHES = 100;
  private static final int WARMUP_RESPAWNS = 1000;
  // Of a holder that takes a quarter of a second for each.
  private static final int SLOW_WARMUP_RESPAWNS = 100;
  private static final int RESPAWNS = 500;
  private static final Duration WATCHED = Duration.ofSeconds(45);
  private static final Duration SETTLING = Duration.ofSeconds(10);
  private static final Duration COOLING = Duration.ofSeconds(45);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final String kind;
  private final Path folder;

  private Holding(String kind, Path folder) {
    this.kind = kind;
    this.folder = folder;
  }

  /** Measures. */
  public static void main(String[] args) throws Exception {
    Holding holding = new Holding(args[1], Files.createTempDirectory(Path.of(args[2]), "held"));
    switch (args[0]) {
      case "spawn" -> holding.spawn();
      case "fleet" -> holding.fleet();
      case "respawn" -> holding.respawn();
      case "events" -> holding.events();
      case "restarts" -> holding.restarts();
      default -> throw new IllegalArgumentException("thing (" + args[0] + ") is unknown");
    }
    // NuProcess leaves threads behind that are not daemons.
    System.exit(0);
  }

  private Holder open(int count) {
    return switch (kind) {
      case "luhproc" -> new SupervisorHolder(folder, count);
      case "parallel" -> new BareHolder(folder, count, true);
      case "NuProcess" -> new NuHolder(count);
      case "posix_spawn" -> new SpawnHolder(folder, count);
      default -> new BareHolder(folder, count, false);
    };
  }

  private static void print(String name, double value) {
    System.out.println(name + " " + String.format(Locale.ROOT, "%.6f", value));
  }

  /** One after the other: what each takes and, of a batch, what of the processors. */
  private void spawn() throws Exception {
    Samples wall = new Samples();
    Samples cpu = new Samples();
    try (Holder holder = open(BATCH)) {
      for (int batch = 0; batch < BATCHES; batch++) {
        long before = Usage.cpu();
        for (int i = 0; i < BATCH; i++) {
          long start = System.nanoTime();
          holder.start(i);
          if (batch >= WARMUPS) {
            wall.add(System.nanoTime() - start);
          }
        }
        if (batch >= WARMUPS) {
          cpu.add((Usage.cpu() - before) / BATCH);
        }
        holder.endAll(BATCH);
      }
    }
    print("wall", wall.median());
    print("cpu", cpu.median());
  }

  private void fleet() throws Exception {
    Usage before = Usage.collected();
    if (kind.equals("nothing")) {
      idle();
      return;
    }
    try (Holder holder = open(MANY)) {
      long start = System.nanoTime();
      holder.startAll();
      print("start", (System.nanoTime() - start) / 1e6);
      print("startCpu", (Usage.cpu() - before.cpuNanos()) / 1e6);
      TimeSource.system().sleep(SETTLING);
      Usage after = Usage.collected();
      print("rss", (after.rss() - before.rss()) / 1024.0 / MANY);
      print("heap", (after.heap() - before.heap()) / 1024.0 / MANY);
      if (!kind.equals("parallel") && !kind.equals("NuProcess")) {
        idle();
      }
    }
  }

  /** After a while in which the compilers come to an end. */
  private static void idle() throws IOException, InterruptedException {
    TimeSource.system().sleep(COOLING);
    print("idle", 100.0 * Usage.cpuSeenFromOutside(WATCHED) / WATCHED.toNanos());
  }

  private void respawn() throws Exception {
    try (Holder holder = open(1)) {
      holder.start(0);
      if (holder instanceof SupervisorHolder ours) {
        ours.listen();
      }
      Samples samples = new Samples();
      int warmups = kind.equals("NuProcess") ? SLOW_WARMUP_RESPAWNS : WARMUP_RESPAWNS;
      for (int i = 0; i < warmups + RESPAWNS; i++) {
        TimeSource.system().sleep(PAUSE);
        if (i == warmups && holder instanceof SupervisorHolder ours) {
          ours.latencies().clear();
        }
        long nanos = holder.respawn(0);
        if (i >= warmups) {
          samples.add(nanos);
        }
      }
      print("p50", samples.median());
      print("p99", samples.quantile(0.99));
      if (holder instanceof SupervisorHolder ours) {
        print("event50", ours.latencies().median());
        print("event99", ours.latencies().quantile(0.99));
      }
    }
  }

  private void events() throws Exception {
    Samples latencies =
        switch (kind) {
          case "luhproc" -> EventLatencies.measure(folder.resolve("supervised"));
          case "SubmissionPublisher" -> EventLatencies.ofSubmissionPublisher();
          default -> EventLatencies.ofBlockingQueue();
        };
    print("p50", latencies.median());
    print("p99", latencies.quantile(0.99));
  }

  private void restarts() throws Exception {
    int services = 4;
    try (Holder holder = open(services)) {
      holder.startAll();
      if (holder instanceof SupervisorHolder ours) {
        ours.listen();
      }
      for (int i = 1; i <= 10_000; i++) {
        long ignored = holder.respawn(i % services);
        if (holder instanceof SupervisorHolder ours) {
          // Or what grows is our own list of them.
          ours.latencies().clear();
        }
        if (i == 1_000 || i == 10_000) {
          Usage now = Usage.collected();
          print("heap" + i, now.heap() / 1024.0);
          print("rss" + i, now.rss() / 1024.0);
        }
      }
    }
  }
}
