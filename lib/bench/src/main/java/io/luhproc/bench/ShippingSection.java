package io.luhproc.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.luhproc.daemon.Daemon;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;

/** Lines per second from the log of one service to an endpoint in the same JVM. */
final class ShippingSection {
  private static final double MIN_LINES_PER_SECOND = 100_000;
  private static final int LINES = 2_000_000;
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  private ShippingSection() {}

  static List<ResultRow> run(BenchEnvironment environment) throws Exception {
    Samples large = new Samples();
    Samples small = new Samples();
    for (int i = 0; i < 3; i++) {
      small.add(nanosFor(environment.createDirectory("shipping"), 100));
      large.add(nanosFor(environment.createDirectory("shipping"), 1_000));
    }
    double linesPerSecond = linesPerSecond(small);
    return List.of(
        new ResultRow(
            "log lines of 100 bytes shipped as gzipped ndjson, 100 in a request",
            String.format(Locale.ROOT, "%.0f lines/s", linesPerSecond),
            String.format(Locale.ROOT, "1 000 in a request %.0f lines/s", linesPerSecond(large)),
            String.format(Locale.ROOT, ">= %.0f lines/s", MIN_LINES_PER_SECOND),
            linesPerSecond >= MIN_LINES_PER_SECOND));
  }

  private static double linesPerSecond(Samples millis) {
    return LINES / millis.median() * 1_000;
  }

  /** Times a service that writes all lines at once, from its start to the last request. */
  private static long nanosFor(Path folder, int batchLines) throws Exception {
    AtomicLong received = new AtomicLong();
    ExecutorService threads = Executors.newCachedThreadPool();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", exchange -> receive(exchange, received));
    server.start();
    Path file =
        Files.writeString(
            folder.resolve("luhproc.toml"),
            """
            [supervisor]
            directory = "run"
            [shipping]
            url = "http://127.0.0.1:%d/"
            batch_lines = %d
            [services.writer]
            command = "yes '%s' | head -n %d; exec sleep 600"
            logs = { max_size = "1GiB" }
            """
                .formatted(server.getAddress().getPort(), batchLines, "x".repeat(99), LINES));
    try (Daemon daemon = Daemon.open(file)) {
      long start = System.nanoTime();
      daemon.start().join();
      if (!Deadline.after(TimeSource.system(), TIMEOUT).await(() -> received.get() >= LINES)) {
        throw new IllegalStateException("only " + received + " lines arrived");
      }
      return System.nanoTime() - start;
    } finally {
      server.stop(0);
      threads.shutdown();
    }
  }

  private static void receive(HttpExchange exchange, AtomicLong received) throws IOException {
    byte[] buffer = new byte[1 << 16];
    long lines = 0;
    try (InputStream in = new GZIPInputStream(exchange.getRequestBody(), 1 << 14)) {
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        for (int i = 0; i < count; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
    }
    exchange.sendResponseHeaders(204, -1);
    exchange.close();
    received.addAndGet(lines);
  }
}
