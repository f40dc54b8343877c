package io.luhproc.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** The HTTP server of a daemon with a thousand services, and with a thousand followers of a log. */
final class HttpSection {
  private static final int SERVICES = 1_000;
  private static final int CLIENTS = 1_000;
  private static final int UNREAD_CLIENTS = 50;
  private static final int CONNECTIONS = 4;
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration TIME = Duration.ofSeconds(5);
  private static final int MIN_REQUESTS_PER_SECOND = 1_000;
  private static final int MAX_SCRAPE_MILLIS = 50;
  private static final int MAX_RSS_MIB = 150;
  private static final int MAX_THREADS = 50;
  private static final int MAX_FOLLOW_MILLIS = 5;
  private static final int LINES = 1_000;
  private static final String EVENTS = "Accept: text/event-stream\r\n";
  private static final String LOGS = "/services/s0/logs?lines=0";

  private HttpSection() {}

  static List<ResultRow> services(BenchEnvironment environment) throws Exception {
    try (DaemonProcess daemon = new DaemonProcess(environment.createDirectory("http"), SERVICES)) {
      String live = format(requestsPerSecond(daemon, "/health/live")) + "/s for /health/live";
      double status = requestsPerSecond(daemon, "/status");
      double health = requestsPerSecond(daemon, "/health");
      Samples scrapes = new Samples();
      try (HttpClientConnection connection = daemon.connect()) {
        for (int i = 0; i < 200; i++) {
          long begin = System.nanoTime();
          long ignored = connection.get("/metrics");
          scrapes.add(System.nanoTime() - begin);
          if (i == 99) {
            scrapes.clear();
          }
        }
      }
      String of = " with " + SERVICES + " services";
      return List.of(
          requests("requests of /status" + of, status, live),
          requests("requests of /health" + of, health, live),
          new ResultRow(
              "scrape of /metrics" + of,
              Samples.formatMillis(scrapes.median()),
              "p99 " + Samples.formatMillis(scrapes.quantile(0.99)),
              "< " + MAX_SCRAPE_MILLIS + " ms",
              scrapes.median() < MAX_SCRAPE_MILLIS));
    }
  }

  private static ResultRow requests(String name, double perSecond, String comparison) {
    return new ResultRow(
        name,
        format(perSecond) + "/s",
        comparison,
        ">= " + MIN_REQUESTS_PER_SECOND + "/s",
        perSecond >= MIN_REQUESTS_PER_SECOND);
  }

  private static String format(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  private static double requestsPerSecond(DaemonProcess daemon, String target) throws Exception {
    double ignored = requestsPerSecond(daemon, target, WARM_UP);
    return requestsPerSecond(daemon, target, TIME);
  }

  private static double requestsPerSecond(DaemonProcess daemon, String target, Duration time)
      throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      long begin = System.nanoTime();
      List<Future<Long>> counts = new ArrayList<>();
      for (int i = 0; i < CONNECTIONS; i++) {
        counts.add(clients.submit(() -> countRequests(daemon, target, begin + time.toNanos())));
      }
      long total = 0;
      for (Future<Long> count : counts) {
        total += count.get();
      }
      return total * 1e9 / (System.nanoTime() - begin);
    } finally {
      clients.shutdown();
    }
  }

  private static long countRequests(DaemonProcess daemon, String target, long end)
      throws IOException {
    try (HttpClientConnection connection = daemon.connect()) {
      long count = 0;
      while (System.nanoTime() < end) {
        long ignored = connection.get(target);
        count++;
      }
      return count;
    }
  }

  static List<ResultRow> followers(BenchEnvironment environment) throws Exception {
    List<HttpClientConnection> followers = new ArrayList<>();
    try (DaemonProcess daemon = new DaemonProcess(environment.createDirectory("sse"), 1)) {
      Path log = log(daemon.directory());
      for (int i = 0; i < UNREAD_CLIENTS; i++) {
        followers.add(follow(daemon));
      }
      Samples beside = latency(daemon, log);
      while (followers.size() < CLIENTS) {
        followers.add(follow(daemon));
      }
      long rss = daemon.status("VmRSS") >> 10;
      long threads = daemon.status("Threads");
      return List.of(
          new ResultRow(
              "log line over SSE, from write(2) to the client, beside "
                  + UNREAD_CLIENTS
                  + " that never read",
              "p99 " + Samples.formatMillis(beside.quantile(0.99)),
              "median "
                  + Samples.formatMillis(beside.median())
                  + ", worst "
                  + Samples.formatMillis(beside.quantile(1)),
              "< " + MAX_FOLLOW_MILLIS + " ms",
              beside.quantile(0.99) < MAX_FOLLOW_MILLIS),
          new ResultRow(
              "RSS of a daemon with " + CLIENTS + " SSE clients of a log, heap of at most 64 MiB",
              rss + " MiB",
              "",
              "< " + MAX_RSS_MIB + " MiB",
              rss < MAX_RSS_MIB),
          new ResultRow(
              "threads of that daemon",
              Long.toString(threads),
              "",
              "< " + MAX_THREADS,
              threads < MAX_THREADS));
    } finally {
      for (HttpClientConnection follower : followers) {
        follower.close();
      }
    }
  }

  private static Path log(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(it -> it.endsWith("out.log")).findFirst().orElseThrow();
    }
  }

  /** Returns once the client follows. */
  private static HttpClientConnection follow(DaemonProcess daemon) throws IOException {
    HttpClientConnection connection = daemon.connect();
    connection.send(LOGS, EVENTS);
    String line = connection.readLine();
    while (!line.equals(":")) {
      line = connection.readLine();
    }
    return connection;
  }

  /** Appends lines to the log, as the process would, and reads each from the stream. */
  private static Samples latency(DaemonProcess daemon, Path log) throws Exception {
    Samples samples = new Samples();
    try (HttpClientConnection connection = follow(daemon)) {
      for (int i = 0; i < 2 * LINES; i++) {
        String text = Long.toString(System.nanoTime());
        Files.write(log, (text + "\n").getBytes(UTF_8), StandardOpenOption.APPEND);
        String line = connection.readLine();
        while (!line.contains("\"" + text + "\"")) {
          line = connection.readLine();
        }
        samples.add(System.nanoTime() - Long.parseLong(text));
        if (i == LINES) {
          samples.clear();
        }
      }
    }
    return samples;
  }
}
