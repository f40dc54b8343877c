package io.luhproc.daemon;

import io.luhproc.notify.ServiceManagerNotifier;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import io.luhproc.time.PeriodicThread;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Reports to the service manager that has started this process, such as systemd: that the first
 * start is done, how many services run, that the process is alive, and that it stops. See
 * sd_notify(3). Without a service manager it does nothing.
 *
 * <p>A start may take longer than the service manager waits, so its timeout is extended meanwhile.
 */
final class ServiceManagerReports implements AutoCloseable {
  private static final Duration MAX_INTERVAL = Duration.ofSeconds(10);
  private static final Duration EXTENSION = MAX_INTERVAL.multipliedBy(3);

  private final ServiceManagerNotifier notifier;
  private final Supervisor supervisor;
  private final Optional<PeriodicThread> thread;
  private volatile boolean ready;
  // Confined to the thread.
  private String lastStatus = "";

  ServiceManagerReports(ServiceManagerNotifier notifier, Supervisor supervisor) {
    this.notifier = notifier;
    this.supervisor = supervisor;
    this.thread =
        notifier.isPresent()
            ? Optional.of(PeriodicThread.start("service-manager", Duration.ZERO, this::report))
            : Optional.empty();
  }

  /** Reports that the services were started, or failed to; the daemon itself is ready. */
  void ready() {
    if (!ready) {
      ready = true;
      notifier.send("READY=1\nSTATUS=" + status());
    }
  }

  private Duration report() {
    StringBuilder message = new StringBuilder("WATCHDOG=1");
    String status = status();
    if (!status.equals(lastStatus)) {
      lastStatus = status;
      message.append("\nSTATUS=").append(status);
    }
    if (!ready) {
      message.append("\nEXTEND_TIMEOUT_USEC=").append(EXTENSION.toNanos() / 1_000);
    }
    notifier.send(message.toString());
    return interval();
  }

  /** Half of the time after which the service manager would restart this process. */
  private Duration interval() {
    Duration half = notifier.watchdog().map(it -> it.dividedBy(2)).orElse(MAX_INTERVAL);
    return half.compareTo(MAX_INTERVAL) < 0 ? half : MAX_INTERVAL;
  }

  private String status() {
    List<ServiceStatus> services = supervisor.status().services();
    long running = count(services, ProcessState.RUNNING);
    long failed = count(services, ProcessState.FAILED);
    return running
        + " of "
        + services.size()
        + " services running"
        + (failed == 0 ? "" : ", " + failed + " failed");
  }

  private static long count(List<ServiceStatus> services, ProcessState state) {
    return services.stream().filter(it -> it.state() == state).count();
  }

  /** Reports that the daemon stops. */
  @Override
  public void close() {
    thread.ifPresent(PeriodicThread::close);
    notifier.send("STOPPING=1\nSTATUS=stopping all services");
  }
}
