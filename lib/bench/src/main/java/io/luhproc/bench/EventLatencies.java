package io.luhproc.bench;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.ProcessState;
import io.luhproc.supervisor.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import io.luhproc.supervisor.SupervisorEvent;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.Function;

/**
 * How long events take to a listener while nothing is launched: a service that waits for another,
 * which is not up, is started and stopped again and again.
 */
final class EventLatencies {
  private static final int WARMUPS = 3000;
  private static final int ROUNDS = 3000;
  private static final Duration PAUSE = Duration.ofMillis(2);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Supervisor supervisor;
  private final Samples latencies = new Samples();

  private EventLatencies(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  static Samples measure(Path directory) throws Exception {
    try (Supervisor supervisor =
        Supervisor.builder().directory(directory).withoutCgroups().build()) {
      EventLatencies events = new EventLatencies(supervisor);
      events.addServices();
      events.run(WARMUPS);
      events.latencies.clear();
      events.run(ROUNDS);
      return events.latencies;
    }
  }

  /** The same of the JDK's own publisher, which hands over as many events in the same time. */
  static Samples ofSubmissionPublisher() throws Exception {
    Samples latencies = new Samples();
    CompletableFuture<Void> consumed;
    try (SubmissionPublisher<Instant> publisher = new SubmissionPublisher<>()) {
      consumed = publisher.consume(made -> latencies.add(since(made)));
      publish(publisher::submit, latencies);
    }
    consumed.join();
    return latencies;
  }

  /** The same of a queue with one thread that takes from it: a wake-up, and nothing else. */
  static Samples ofBlockingQueue() throws Exception {
    Samples latencies = new Samples();
    BlockingQueue<Instant> queue = new LinkedBlockingQueue<>();
    Threads.daemon("taker", () -> take(queue, latencies)).start();
    publish(queue::add, latencies);
    return latencies;
  }

  private static void take(BlockingQueue<Instant> queue, Samples latencies) {
    try {
      while (true) {
        latencies.add(since(queue.take()));
      }
    } catch (InterruptedException ignored) {
      // Nobody interrupts it; it ends with the JVM.
    }
  }

  private static void publish(Function<Instant, ?> publisher, Samples latencies) throws Exception {
    for (int i = 0; i < 2 * (WARMUPS + ROUNDS); i++) {
      if (i == 2 * WARMUPS) {
        latencies.clear();
      }
      TimeSource.system().sleep(PAUSE);
      Object ignored = publisher.apply(Instant.now());
    }
  }

  private static long since(Instant made) {
    return Duration.between(made, Instant.now()).toNanos();
  }

  private void addServices() throws Exception {
    supervisor.add(
        ServiceSpec.named("never")
            .process(
                ProcessSpec.command("p", "/bin/false")
                    .restart(RestartPolicy.always().delay(Duration.ofHours(1)))
                    .build())
            .build(),
        ServiceSpec.named("waits")
            .process(ProcessSpec.command("p", "/bin/false").build())
            .requires("never")
            .build());
    CompletableFuture<ServiceStatus> ignored = supervisor.start("never");
    awaitBackoff();
    listen();
  }

  private void awaitBackoff() throws Exception {
    ServiceStatus ignored = supervisor.await("never", ProcessState.BACKOFF, LONGEST).get();
  }

  private void listen() {
    var ignored = supervisor.onEvent(this::hear);
  }

  private void hear(SupervisorEvent event) {
    latencies.add(since(event.time()));
  }

  private void run(int rounds) throws Exception {
    for (int i = 0; i < rounds; i++) {
      TimeSource.system().sleep(PAUSE);
      CompletableFuture<ServiceStatus> ignored = supervisor.start("waits");
      TimeSource.system().sleep(PAUSE);
      stop();
    }
  }

  private void stop() throws Exception {
    ServiceStatus ignored = supervisor.stop("waits").get();
  }
}
