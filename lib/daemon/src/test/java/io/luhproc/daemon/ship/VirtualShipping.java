package io.luhproc.daemon.ship;

import io.luhproc.daemon.config.ShippingConfig;
import io.luhproc.log.LogStream;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A scheduler in virtual time with real log files and a scripted endpoint. */
final class VirtualShipping implements TimeSource, Timers, Executor {
  static final ShippingConfig CONFIG =
      new ShippingConfig(
          URI.create("http://localhost/"),
          ShippingConfig.Format.NDJSON,
          Map.of(),
          100,
          Duration.ofSeconds(5),
          List.of("*"),
          false,
          List.of(),
          ShippingConfig.Rejected.RETRY,
          Optional.empty());

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Path directory;
  private final Set<StreamKey> streams = new LinkedHashSet<>();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<PendingTimer> timers = new ArrayList<>();
  private Duration elapsed = Duration.ZERO;
  private long writes;

  /** The bodies that were confirmed, in order. */
  final List<byte[]> confirmed = new ArrayList<>();

  /** Times of all requests since the start. */
  final List<Duration> requests = new ArrayList<>();

  /** Decides about each request. */
  Endpoint endpoint = ok();

  StreamScheduler scheduler;

  VirtualShipping(Path directory, ShippingConfig config) {
    this.directory = directory;
    scheduler = open(config);
  }

  private StreamScheduler open(ShippingConfig config) {
    timers.clear();
    tasks.clear();
    StreamScheduler opened =
        new StreamScheduler(
            config,
            new StreamScheduler.Parts(
                this,
                this,
                this,
                this::send,
                new EndpointBackoff(this, () -> 0),
                CursorStore.open(directory),
                () -> List.copyOf(streams)));
    pollRepeatedly(opened);
    return opened;
  }

  /** Does as a daemon that is killed and started again. */
  void restart(ShippingConfig config) {
    scheduler = open(config);
  }

  private void pollRepeatedly(StreamScheduler opened) {
    opened.poll();
    Timer ignored = schedule(StreamScheduler.POLL_INTERVAL, () -> pollRepeatedly(opened));
  }

  private CompletableFuture<Endpoint.Response> send(byte[] body) {
    requests.add(elapsed);
    return endpoint
        .send(body)
        .whenComplete(
            (response, failure) -> {
              if (response != null && response.status() < 300) {
                confirmed.add(body);
              }
            });
  }

  static Endpoint ok() {
    return status(204);
  }

  static Endpoint status(int status) {
    return status(status, "");
  }

  static Endpoint status(int status, String retryAfter) {
    Optional<String> header = Optional.of(retryAfter).filter(it -> !it.isEmpty());
    return body -> CompletableFuture.completedFuture(new Endpoint.Response(status, header, ""));
  }

  static Endpoint dead() {
    return body -> CompletableFuture.failedFuture(new IOException("connection refused"));
  }

  /** Answers after a while, in which the next batch may be read. */
  Endpoint delayed(Endpoint answering) {
    return body -> {
      CompletableFuture<Void> due = new CompletableFuture<>();
      Timer ignored =
          schedule(
              Duration.ofMillis(1),
              () -> {
                boolean first = due.complete(null);
                assert first;
              });
      return due.thenCompose(unused -> answering.send(body));
    };
  }

  /** Refuses bodies with more than a number of events. */
  static Endpoint limited(int events) {
    return body -> (ShippedEvents.parse(body).size() > events ? status(413) : ok()).send(body);
  }

  // Files.

  /** Adds a stream of a process. */
  StreamKey stream(String service) {
    Path process = directory.resolve(service + "-dir");
    try {
      Files.createDirectories(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    StreamKey key = new StreamKey(service, "p", process, LogStream.OUT);
    streams.add(key);
    return key;
  }

  void remove(StreamKey stream) {
    streams.remove(stream);
  }

  void write(StreamKey stream, String text) {
    write(stream, text.getBytes(StandardCharsets.UTF_8));
  }

  void write(StreamKey stream, byte[] bytes) {
    try {
      Path file = stream.activeFile();
      Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      // Two writes of the same length in one tick of the kernel must differ.
      Files.setLastModifiedTime(file, FileTime.from(now().plusMillis(++writes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void writeLines(StreamKey stream, int from, int to) {
    write(stream, lines(from, to).stream().collect(Collectors.joining("\n", "", "\n")));
  }

  static List<String> lines(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(
            it ->
                "line "
                    + it
                    + " with enough text that a hundred are more than 8 KiB"
                    + ".".repeat(50))
        .toList();
  }

  /** Returns all confirmed messages. */
  List<String> messages() {
    return confirmed.stream().flatMap(it -> ShippedEvents.messages(it).stream()).toList();
  }

  List<String> messages(String service) {
    return confirmed.stream()
        .flatMap(it -> ShippedEvents.parse(it).stream())
        .filter(it -> service.equals(it.get("service")))
        .map(it -> it.getOrDefault("message", ""))
        .toList();
  }

  List<Integer> sizes() {
    return confirmed.stream().map(it -> ShippedEvents.parse(it).size()).toList();
  }

  ShippingStats stats() {
    return scheduler.counters().snapshot();
  }

  static ShippingConfig with(UnaryOperator<Changes> changes) {
    return changes.apply(new Changes(CONFIG)).config;
  }

  /** Changed copies of the configuration. */
  static final class Changes {
    private final ShippingConfig config;

    Changes(ShippingConfig config) {
      this.config = config;
    }

    private static Changes of(
        ShippingConfig c,
        ShippingConfig.Format format,
        boolean multiline,
        List<String> mask,
        ShippingConfig.Rejected rejected) {
      return new Changes(
          new ShippingConfig(
              c.url(),
              format,
              c.headers(),
              c.batchLines(),
              c.batchTime(),
              c.services(),
              multiline,
              mask,
              rejected,
              c.trustedCertificates()));
    }

    Changes otlp() {
      return of(
          config, ShippingConfig.Format.OTLP, config.multiline(), config.mask(), config.rejected());
    }

    Changes multiline() {
      return of(config, config.format(), true, config.mask(), config.rejected());
    }

    Changes mask(String... patterns) {
      return of(config, config.format(), config.multiline(), List.of(patterns), config.rejected());
    }

    Changes dropping() {
      return of(
          config, config.format(), config.multiline(), config.mask(), ShippingConfig.Rejected.DROP);
    }
  }

  // Time.

  @Override
  public Instant now() {
    return START.plus(elapsed);
  }

  @Override
  public long nanoTime() {
    return elapsed.toNanos();
  }

  @Override
  public void sleep(Duration duration) {
    throw new UnsupportedOperationException("nothing sleeps");
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Timer schedule(Duration delay, Runnable body) {
    PendingTimer timer = new PendingTimer(elapsed.plus(delay), body);
    timers.add(timer);
    return () -> timers.remove(timer);
  }

  void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
    scheduler.readAhead();
  }

  void advance(Duration duration) {
    Duration end = elapsed.plus(duration);
    runTasks();
    for (Optional<PendingTimer> next = dueBy(end); next.isPresent(); next = dueBy(end)) {
      timers.remove(next.get());
      elapsed = next.get().at();
      next.get().body().run();
      runTasks();
    }
    elapsed = end;
  }

  private Optional<PendingTimer> dueBy(Duration end) {
    return timers.stream()
        .filter(it -> it.at().compareTo(end) <= 0)
        .min(Comparator.comparing(PendingTimer::at));
  }

  private record PendingTimer(Duration at, Runnable body) {
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
