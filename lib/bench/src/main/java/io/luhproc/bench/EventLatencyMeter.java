package io.luhproc.bench;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent;
import io.luhproc.supervisor.Supervisor;
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
 * Measures the latency of events to a listener while no process is launched. A service whose
 * dependency never runs is started and stopped repeatedly.
 */
final class EventLatencyMeter {
  private static final int WARMUPS = 3000;
  private static final int CYCLES = 3000;
  private static final Duration INTERVAL = Duration.ofMillis(2);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Supervisor supervisor;
  private final Samples latencies = new Samples();

  private EventLatencyMeter(Supervisor supervisor) {
    this.supervisor = supervisor;
  }

  static Samples measureSupervisor(Path directory) throws Exception {
    try (Supervisor supervisor =
        Supervisor.builder().directory(directory).withoutCgroups().build()) {
      EventLatencyMeter meter = new EventLatencyMeter(supervisor);
      meter.addServices();
      meter.runCycles(WARMUPS);
      meter.latencies.clear();
      meter.runCycles(CYCLES);
      return meter.latencies;
    }
  }

  /** Measures the publisher of the JDK with the same number and rate of events. */
  static Samples measureSubmissionPublisher() throws Exception {
    Samples latencies = new Samples();
    CompletableFuture<Void> consumed;
    try (SubmissionPublisher<Instant> publisher = new SubmissionPublisher<>()) {
      consumed = publisher.consume(created -> latencies.add(nanosSince(created)));
      publish(publisher::submit, latencies);
    }
    consumed.join();
    return latencies;
  }

  /** Measures a queue with one consumer thread, which is the cost of a wake-up alone. */
  static Samples measureBlockingQueue() throws Exception {
    Samples latencies = new Samples();
    BlockingQueue<Instant> queue = new LinkedBlockingQueue<>();
    Threads.daemon("consumer", () -> drain(queue, latencies)).start();
    publish(queue::add, latencies);
    return latencies;
  }

  private static void drain(BlockingQueue<Instant> queue, Samples latencies) {
    try {
      while (true) {
        latencies.add(nanosSince(queue.take()));
      }
    } catch (InterruptedException ignored) {
      // The thread is never interrupted; it ends with the JVM.
    }
  }

  private static void publish(Function<Instant, ?> publisher, Samples latencies) throws Exception {
    for (int i = 0; i < 2 * (WARMUPS + CYCLES); i++) {
      if (i == 2 * WARMUPS) {
        latencies.clear();
      }
      TimeSource.system().sleep(INTERVAL);
      Object ignored = publisher.apply(Instant.now());
    }
  }

  private static long nanosSince(Instant created) {
    return Duration.between(created, Instant.now()).toNanos();
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
    subscribe();
  }

  private void awaitBackoff() throws Exception {
    ServiceStatus ignored = supervisor.await("never", ProcessState.BACKOFF, TIMEOUT).get();
  }

  private void subscribe() {
    var ignored = supervisor.onEvent(this::onEvent);
  }

  private void onEvent(SupervisorEvent event) {
    latencies.add(nanosSince(event.time()));
  }

  private void runCycles(int cycles) throws Exception {
    for (int i = 0; i < cycles; i++) {
      TimeSource.system().sleep(INTERVAL);
      CompletableFuture<ServiceStatus> ignored = supervisor.start("waits");
      TimeSource.system().sleep(INTERVAL);
      stopAndWait();
    }
  }

  private void stopAndWait() throws Exception {
    ServiceStatus ignored = supervisor.stop("waits").get();
  }
}
