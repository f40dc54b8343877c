package io.luhproc.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Memory of a daemon over many restarts and many requests. */
final class GrowthSection {
  private static final int SERVICES = 4;
  private static final List<String> TARGETS =
      List.of(
          "/status",
          "/health",
          "/services/s0",
          "/services/s1/logs?lines=10",
          "/tree",
          "/why/s2",
          "/metrics",
          "/groups");
  private static final int REQUESTS_PER_CONNECTION = 1_000;
  private static final double MAX_HEAP_MIB = 1;
  private static final double BYTES_PER_MIB = 1 << 20;

  private GrowthSection() {}

  /** One client, which makes its share of the calls one after another. */
  @FunctionalInterface
  private interface Client {
    void run(DaemonProcess daemon, int number, int count) throws IOException;
  }

  static List<ResultRow> run(BenchEnvironment environment) throws Exception {
    try (DaemonProcess daemon =
        new DaemonProcess(environment.createDirectory("growth"), SERVICES)) {
      return List.of(
          row(daemon, "restarts", GrowthSection::restart, 1_000, 10_000),
          row(daemon, "HTTP requests", GrowthSection::request, 100_000, 1_000_000));
    }
  }

  private static ResultRow row(
      DaemonProcess daemon, String calls, Client client, int warmups, int total) throws Exception {
    inParallel(daemon, client, warmups);
    List<Long> before = daemon.memory();
    inParallel(daemon, client, total - warmups);
    List<Long> after = daemon.memory();
    double heap = (after.get(0) - before.get(0)) / BYTES_PER_MIB;
    double rss = (after.get(1) - before.get(1)) / BYTES_PER_MIB;
    return new ResultRow(
        String.format(
            Locale.ROOT,
            "memory of a daemon from %,d to %,d %s, after full collections, heap of at most 64 MiB",
            warmups,
            total,
            calls),
        String.format(Locale.ROOT, "heap %.2f MiB, RSS %.1f MiB more", heap, rss),
        String.format(Locale.ROOT, "RSS before %.0f MiB", before.get(1) / BYTES_PER_MIB),
        "flat: heap < 1 MiB more",
        heap < MAX_HEAP_MIB);
  }

  private static void inParallel(DaemonProcess daemon, Client client, int count) throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(SERVICES);
    try {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < SERVICES; i++) {
        int number = i;
        done.add(
            clients.submit(
                () -> {
                  client.run(daemon, number, count / SERVICES);
                  return null;
                }));
      }
      for (Future<?> one : done) {
        Object ignored = one.get();
      }
    } finally {
      clients.shutdown();
    }
  }

  private static void restart(DaemonProcess daemon, int number, int count) throws IOException {
    try (HttpClientConnection connection = daemon.connect()) {
      for (int i = 0; i < count; i++) {
        connection.post("/services/s" + number + "/restart?wait=60s");
      }
    }
  }

  private static void request(DaemonProcess daemon, int number, int count) throws IOException {
    for (int done = 0; done < count; done += REQUESTS_PER_CONNECTION) {
      try (HttpClientConnection connection = daemon.connect()) {
        for (int i = 0; i < Math.min(REQUESTS_PER_CONNECTION, count - done); i++) {
          long ignored = connection.get(TARGETS.get((number + i) % TARGETS.size()));
        }
      }
    }
  }
}
