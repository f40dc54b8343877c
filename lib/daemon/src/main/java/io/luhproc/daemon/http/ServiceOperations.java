package io.luhproc.daemon.http;

import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.Supervisor;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The operations on services, groups and processes. */
final class ServiceOperations {
  private static final Duration MAX_WAIT = Duration.ofHours(1);
  private static final Set<String> OPERATIONS =
      Set.of("start", "stop", "restart", "reload", "kill", "signal", "pause", "resume");

  private final ApiTarget target;
  private final Supervisor supervisor;
  private final StatusReplies statuses;

  ServiceOperations(ApiTarget target, StatusReplies statuses) {
    this.target = target;
    this.supervisor = target.supervisor();
    this.statuses = statuses;
  }

  CompletableFuture<Answer> onService(RequestPath path) {
    return operate(path, path.segment(2), List.of(path.segment(1)));
  }

  CompletableFuture<Answer> onProcess(RequestPath path) {
    return operate(path, path.segment(4), List.of(path.segment(1)), path.segment(3));
  }

  CompletableFuture<Answer> onGroup(RequestPath path) {
    return operate(path, path.segment(2), group(path.segment(1)));
  }

  private List<String> group(String name) {
    Set<String> services = target.groups().get(name);
    if (services == null) {
      throw new IllegalArgumentException("there is no group " + name);
    }
    return List.copyOf(services);
  }

  private CompletableFuture<Answer> operate(
      RequestPath path, String operation, List<String> services, String... processes) {
    if (!OPERATIONS.contains(operation)) {
      return CompletableFuture.completedFuture(Api.notFound(path));
    }
    Optional<Duration> wait = path.parameter("wait").map(ServiceOperations::parseWait);
    // All names are checked before anything is done.
    services.forEach(supervisor::status);
    List<CompletableFuture<ServiceStatus>> requests = new ArrayList<>();
    for (String service : services) {
      requests.add(request(operation, service, path, processes));
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(requests.toArray(CompletableFuture[]::new));
    return wait.isEmpty()
        ? CompletableFuture.completedFuture(statuses.of(202, services))
        : all.orTimeout(wait.get().toMillis(), TimeUnit.MILLISECONDS)
            .handle((nothing, failure) -> afterWait(services, failure));
  }

  private Reply afterWait(List<String> services, Throwable failure) {
    if (failure == null) {
      return statuses.of(200, services);
    }
    boolean isTimeout =
        failure instanceof TimeoutException || failure.getCause() instanceof TimeoutException;
    return isTimeout ? statuses.of(202, services) : Api.failure(failure);
  }

  private static Duration parseWait(String text) {
    Duration wait = DurationAndSizeFormat.parseDuration(text);
    if (wait.compareTo(MAX_WAIT) > 0) {
      throw new IllegalArgumentException("wait (" + text + ") must be at most 1h");
    }
    return wait;
  }

  private CompletableFuture<ServiceStatus> request(
      String operation, String service, RequestPath path, String... processes) {
    return switch (operation) {
      case "start" -> supervisor.start(service, processes);
      case "stop" -> supervisor.stop(service, processes);
      case "restart" -> supervisor.restart(service, processes);
      case "reload" -> supervisor.reload(service, processes);
      case "kill" -> supervisor.kill(service, processes);
      case "signal" ->
          supervisor.signal(
              service,
              path.parameter("signal")
                  .orElseThrow(
                      () -> new IllegalArgumentException("signal must be given: ?signal=HUP")),
              processes);
      case "pause" -> supervisor.pause(service, processes);
      default -> supervisor.resume(service, processes);
    };
  }
}
